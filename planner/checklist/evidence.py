"""Plug-ins for what a draft must bring along: a source with a figure, a help line with a crisis."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from planner.checklist import wording
from planner.checklist.patterns import compiled
from planner.checklist.report import Candidate
from planner.checklist.spans import meets
from planner.checklist.text import around
from planner.checklist.topics import matcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.checklist.reading import Reading
    from planner.checklist.rule import Rule
    from planner.checklist.text import Span

_ENDLESS = 1 << 30
_BEFORE, _AFTER = 30, 24
"""How many characters around a figure may tell that it is a price, a discount or a count of one's own."""


def statistic_source(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield the first figure about people that has neither a link in the draft nor a named source near it.

    Options: `figures` (patterns on the masked view), `not_figures` (patterns that excuse the sentence), `sources` (patterns on the
    folded view, case as written, that name a source in the same or a neighboring sentence), `sources_anywhere` (anywhere).
    A source record beside the draft is a source, unless nobody knows what kind it is.
    """
    options = rule.options
    if _recorded(reading) or any(reading.holds(pattern) for pattern in options["sources_anywhere"]):
        return
    sentences = reading.views.sentences
    for match in reading.letters.every(options["figures"], "masked"):
        span = around(sentences, match.start())
        if matcher(tuple(options["not_figures"])).search(
            reading.folded, max(span[0], match.start() - _BEFORE), min(span[1], match.end() + _AFTER)
        ):
            continue
        at = bisect_left(sentences, span)
        near = reading.folded[sentences[max(0, at - 1)][0] : sentences[min(len(sentences) - 1, at + 1)][1]]
        if any(_exact(pattern, near) for pattern in options["sources"]):
            continue
        start, end = reading.views.masked.to_raw(*match.span())
        yield Candidate(rule.id, rule.variant, "advise", start, end, fields={"quote": reading.views.masked.text[slice(*match.span())]})
        return


def _recorded(reading: Reading) -> bool:
    """Tell whether a source of a known kind stands beside the draft."""
    return reading.draft.record is not None and any(source.tier != "other" for source in reading.draft.record.sources)


def year_in_text(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield the newest year of the first sentence with a figure when it is more than `years` years before the day of the check.

    Options: `figures` (patterns on the masked view), `year` (what a year looks like), `years`. Without a day nothing is old.
    """
    if reading.today is None:
        return
    masked, options = reading.views.masked, rule.options
    for start, end in reading.views.sentences:
        if matcher(tuple(options["figures"])).search(masked.text, start, end):
            years = list(matcher((options["year"],)).finditer(masked.text, start, end))
            newest = max(years, key=lambda match: match[0], default=None)
            if newest is not None and int(newest[0]) + int(options["years"]) < reading.today.year:
                yield Candidate(rule.id, rule.variant, "advise", *masked.to_raw(*newest.span()), fields={"quote": newest[0]})
                return


def _exact(pattern: str, text: str) -> bool:
    return compiled(pattern, ignore_case=False).search(text) is not None


def crisis_line(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield the first words that make a crisis the subject when the draft names no help.

    Options: `subject` (patterns on the words view), `resource` (patterns on the folded view that name help),
    `passing` (patterns that show a passing mention, enough together with a link), `link`, `aside` (patterns on the words view of names
    in which the words are no subject), and `long`: in a draft of more words, what is said once, after the opening sentence, is no subject,
    unless `addressed` (patterns on the words view) show that it is said to the reader.
    """
    options = rule.options
    words = reading.views.words
    found = _subject(options, reading)
    if found is None or any(reading.holds(pattern) for pattern in options["resource"]):
        return
    start, end = words.to_raw(*found)
    if (
        len(words.text.split()) > options.get("long", _ENDLESS)
        and _behind_opening(start, reading)
        and matcher(tuple(options["subject"])).search(words.text, found[1]) is None
        and not any(reading.holds(pattern, "words") for pattern in options.get("addressed", ()))
    ):
        return
    if any(reading.holds(pattern) for pattern in options["link"]) and any(reading.holds(one, "words") for one in options["passing"]):
        return
    yield Candidate(rule.id, rule.variant, "advise", start, end, fields={"quote": words.text[slice(*found)]})


def _subject(options: Mapping[str, Any], reading: Reading) -> Span | None:
    """Return where on the words view the subject is first named."""
    first = reading.first(options["subject"], "words")
    if first is None or not (aside := [match.span() for match in reading.letters.every(options.get("aside", ()), "words")]):
        return first
    named = (match.span() for match in reading.letters.every(options["subject"], "words"))
    return next((span for span in named if not meets(aside, *span)), None)


def _behind_opening(start: int, reading: Reading) -> bool:
    """Tell whether a raw offset lies behind the opening sentence."""
    return start >= reading.views.folded.to_raw(*reading.views.sentences[0])[1]


def reads_like(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield the sentence that speaks most for a rule when the whole draft reads like drafts that reviewers sent back for it.

    Where the confidentiality detector has seen a served person, a lower threshold tells what else is wrong with the draft.

    Options: `target`, the column of the fitted table if it is not the rule's own, such as `safety.suicide-messaging/harm`; `seen`, how
    sure the detector must be of a served person (0 to 1) for the score to speak where nobody was caught; `recorded`: a source record
    beside the draft silences it; `spared`, patterns of sentences that name help or a fact: none of them is the one shown, and questions
    beside them say nothing; `spoken` with `nearer`, `farther` and `farthest`, see `_nearness`.
    """
    table = wording.fitted()
    target = str(rule.options.get("target", rule.id))
    least = table.beside.get(target, table.thresholds[target]) if reading.caught else table.thresholds[target]
    unseen = not reading.caught and reading.seen < float(rule.options.get("seen", 0))
    if unseen or reading.wording[target] < least + _nearness(rule, reading) or (rule.options.get("recorded") and _recorded(reading)):
        return
    folded = reading.folded
    spared = _sentences_with(rule.options.get("spared", ()), reading)
    left = [at for at in range(len(reading.views.sentences)) if at not in spared]
    if spared and all(_asks(reading, at) for at in left):
        return
    worth = {at: sum(sorted(table.speaking(reading.told_by_sentence[at], target), reverse=True)) for at in left}
    place = reading.views.sentences[max(left, key=worth.__getitem__)]
    start, end = reading.views.folded.to_raw(*place)
    cues = tuple(feature for _, feature in wording.speaks_for(wording.plain(reading.views.masked.text), target, table)[:3])
    yield Candidate(rule.id, rule.variant, "advise", start, end, evidence=cues, fields={"quote": folded[slice(*place)]})


def _nearness(rule: Rule, reading: Reading) -> float:
    """Return how much more of a score a rule asks for that is about somebody whom readers can tell.

    Where the draft names that person and speaks to them (`spoken`, patterns), `nearer` less; where it speaks to somebody without a name,
    `farther` more; where it does neither, `farthest` more.
    """
    options = rule.options
    if "spoken" not in options:
        return 0.0
    spoken = any(reading.holds(pattern) for pattern in options["spoken"])
    if reading.named:
        return -float(options["nearer"]) if spoken else 0.0
    return float(options["farther" if spoken else "farthest"])


def _sentences_with(patterns: Sequence[str], reading: Reading) -> frozenset[int]:
    """Return the numbers of the sentences in which a pattern matches on the folded view."""
    spans = reading.views.sentences
    found = reading.letters.every(patterns, "folded")
    return frozenset(bisect_left(spans, around(spans, match.start())) for match in found)


def _asks(reading: Reading, at: int) -> bool:
    return reading.folded[slice(*reading.views.sentences[at])].rstrip("\"') ").endswith("?")
