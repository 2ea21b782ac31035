"""One draft as the rules read it: its views, topics, profile and day, and where in it a rule has hit."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist import topics, wording
from planner.checklist.bank import lexicon
from planner.checklist.needles import haystack, lower, probes
from planner.checklist.patterns import compiled, phrase
from planner.checklist.report import Profile
from planner.checklist.text import WORD, around

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from planner.checklist.needles import Haystack, Probe
    from planner.checklist.report import Draft
    from planner.checklist.sieves import Sieves
    from planner.checklist.text import Span, Views

_QUOTED = re.compile(r'"[^"\n]{1,300}"|(?<![\w])\'[^\'\n]{1,120}\'(?!\w)')
_TAG = re.compile(r"#\w+")
_FEW, _ALL = 8, -1
"""So few patterns are tried without looking first, everywhere, as if the text met all that there is to meet."""
_OWN_DOUBT = 3
"""A sentence is short, so its score may be so many times the doubt of a whole draft and still speak against what stands in it."""
_OWN_CASE = 2
"""The same for a sentence that mentions a person."""
_TORN = re.compile(r"~\w")


class Hit(NamedTuple):
    """Where a rule has hit: raw offsets, the same place on `folded`, and the words as read."""

    start: int
    end: int
    first: int
    last: int
    words: str


class Found(NamedTuple):
    """Where the patterns of one view match: places by pattern and whether it ignores case, and the numbers of the rules that have one."""

    spans: Mapping[tuple[str, bool], tuple[Span, ...]]
    rules: frozenset[int]


class Letters:
    """The letters of one text as patterns look at them: what they may match, and where they did. The same for every account."""

    def __init__(self, views: Views, sieves: Sieves) -> None:
        """Keep the views of the text, and which patterns to look for."""
        self.views = views
        self.sieves = sieves
        self._haystacks: dict[str, Haystack] = {}
        self._found: dict[str, Found] = {}
        self._texts: dict[str, tuple[str, str]] = {}
        self._first: dict[tuple[str, str], Span | None] = {}

    def haystack(self, view: str) -> Haystack:
        """Return the named view prepared for quick looks; views that read the same share it.

        The masked view is the folded one filled up in places: what could match there could match in the folded one, unless the filling
        ends within a word, which then begins in the masked view alone.
        """
        if view not in self._haystacks:
            same = view == "masked" and not _TORN.search(self.views.masked.text)
            self._haystacks[view] = haystack(getattr(self.views, "folded" if same else view).text)
        return self._haystacks[view]

    def found(self, view: str) -> Found:
        """Return every place of the named view where a pattern of the rules that read it matches."""
        if view not in self._found:
            parts = sieve.parts if (sieve := self.sieves.by_view.get(view)) else ()
            letters, texts, few = self.haystack(view), self._text(view), len(parts) <= _FEW
            met, plain = _ALL if few else letters.met, letters.plain
            spans: dict[tuple[str, bool], tuple[Span, ...]] = {}
            rules: set[int] = set()
            for tried, blind, numbers in parts:
                if tried.needs & met == tried.needs:
                    finder, quick = tried.finder(blind, plain)
                    matches = list(finder.finditer(texts[quick])) if few else letters.matches(tried, finder, texts[quick])
                    if matches and (places := tuple(span for match in matches if (span := _shown(match))[0] < span[1])):
                        spans[tried.pattern, blind] = places
                        rules.update(numbers)
            self._found[view] = Found(spans, frozenset(rules))
        return self._found[view]

    def spans(self, pattern: str, view: str, *, ignore_case: bool) -> tuple[Span, ...]:
        """Return where the pattern of a rule matches in the named view, in order; its first group that took part marks the words to show."""
        return self.found(view).spans.get((pattern, ignore_case), ())

    def _text(self, view: str) -> tuple[str, str]:
        """Return the named view as typed and in small letters."""
        if view not in self._texts:
            text: str = getattr(self.views, view).text
            self._texts[view] = (text, lower(text))
        return self._texts[view]

    def holds(self, pattern: str, view: str) -> bool:
        """Tell whether a case-blind pattern matches anywhere in the named view."""
        return any(self._first_of(part, view) is not None for part in probes(pattern))

    def first(self, pattern: str, view: str) -> Span | None:
        """Return where a case-blind pattern first matches in the named view, each of its parts looked for alone."""
        found = (span for part in probes(pattern) if (span := self._first_of(part, view)) is not None)
        return min(found, key=itemgetter(0), default=None)

    def _first_of(self, tried: Probe, view: str) -> Span | None:
        key = (tried.pattern, view)
        if key not in self._first:
            found = self._after(tried, view, 0) if self.haystack(view).may_hold(tried) else None
            self._first[key] = None if found is None else found.span()
        return self._first[key]

    def every(self, patterns: Sequence[str], view: str) -> Iterator[re.Match[str]]:
        """Yield the matches of case-blind patterns in the named view as one pattern of all of them would; words may be in small letters.

        Each part is looked for alone: most of them cannot match, and many others only where some words begin.
        """
        letters = self.haystack(view)
        parts = [part for pattern in patterns for part in probes(pattern) if letters.may_hold(part)]
        following = [self._after(part, view, 0) for part in parts]
        while found := min((match for match in following if match is not None), key=re.Match.start, default=None):
            yield found
            end = found.end()
            for number, match in enumerate(following):
                if match is not None and match.start() < end:
                    following[number] = self._after(parts[number], view, end)

    def _after(self, tried: Probe, view: str, start: int) -> re.Match[str] | None:
        """Return the first match of a case-blind pattern that begins at `start` or later."""
        letters = self.haystack(view)
        finder, quick = tried.finder(True, letters.plain)
        return letters.after(tried, finder, self._text(view)[quick], start)


@lru_cache(maxsize=8)
def _letters(views: Views, sieves: Sieves) -> Letters:
    """Return the letters of views; the accounts of one post ask for the same ones one after the other, and nobody asks much later."""
    return Letters(views, sieves)


class Reading:
    """A draft opened for the rules; everything is worked out when it is first asked for, and kept."""

    def __init__(self, draft: Draft, views: Views, profile: Profile | None, today: date | None, sieves: Sieves) -> None:
        """Keep the draft, its views, the account's profile (an empty one if None), the day, and which patterns to look for.

        `caught` is set when the confidentiality detector asks about the draft or holds it, `named` when it has found what identifies
        somebody, `seen` is how sure it is of a served person (0 to 1; 1 where it has not looked), `said` are the words that it has read, in small letters (None: it has not),
        `passages` the spans (folded view) of what it has seen of a long text by itself.
        """
        self.draft = draft
        self.views = views
        self.profile = profile or Profile()
        self.today = today
        self.caught = False
        self.named = False
        self.seen = 1.0
        self.said: tuple[str, ...] | None = None
        self.passages: tuple[Span, ...] = ()
        self.letters = _letters(views, sieves)
        self._lengths: dict[Span, int] = {}
        self._stretches: dict[Span, str] = {}
        self._scores: dict[Span, dict[str, float]] = {}

    def holds(self, pattern: str, view: str = "folded") -> bool:
        """Tell whether a case-blind pattern matches anywhere in the named view."""
        return self.letters.holds(pattern, view)

    def first(self, patterns: Sequence[str], view: str) -> Span | None:
        """Return where the first of the case-blind patterns matches first in the named view, as one pattern of all of them would."""
        parts = (self.letters.first(pattern, view) for pattern in patterns)
        return min((span for span in parts if span is not None), key=itemgetter(0), default=None)

    @cached_property
    def folded(self) -> str:
        """The folded text."""
        return self.views.folded.text

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics that the draft touches."""
        return frozenset(topic.name for topic in topics.every() if any(self.holds(pattern, "words") for pattern in topic.match))

    def length(self, start: int, end: int) -> int:
        """Return how many words a stretch of `folded` has; contacts and hashtags do not count."""
        if (start, end) not in self._lengths:
            told = self.views.masked.text[start:end]
            self._lengths[start, end] = len(WORD.findall(_TAG.sub(" ", told) if "#" in told else told))
        return self._lengths[start, end]

    @cached_property
    def wording(self) -> dict[str, float]:
        """How much the draft reads like those that reviewers sent back, by rule."""
        told = self.views.masked.text
        return wording.scores(wording.plain(told), wording.fitted(), [wording.plain(told[start:end]) for start, end in self.passages])

    @cached_property
    def told_by_sentence(self) -> tuple[list[int], ...]:
        """What the features of each sentence add to the word scores."""
        return tuple(wording.fitted().numbers(wording.features(self.folded[start:end])) for start, end in self.views.sentences)

    def speaks_against(self, rule: str) -> bool:
        """Tell whether the draft as a whole reads so unlike those that reviewers sent back for the rule that a pattern must be wrong.

        A draft of too few known words (score 0) speaks for nothing.
        """
        return 0 < self.wording.get(rule, 0.0) < wording.fitted().floors.get(rule, 0.0)

    def tells_no_case(self, rule: str, start: int, end: int) -> bool:
        """Tell whether the draft reads like those that breach confidentiality otherwise than by the rule, which tells of a case.

        The sentences of the words themselves (raw offsets) must read so, too: what stands cheerful beside them does not count.
        """
        return self._reads_otherwise(rule, start, end, _OWN_CASE)

    def doubtful(self, rule: str, start: int, end: int) -> bool:
        """Tell whether what a side rule's pattern found (raw offsets) reads so unlike its breaches that it adds nothing to what is known.

        The draft as a whole must read so, and the sentences of the words themselves nearly so: what stands cheerful beside them does not count.
        """
        return self._reads_otherwise(rule, start, end, _OWN_DOUBT)

    def _reads_otherwise(self, rule: str, start: int, end: int, times: int) -> bool:
        """Tell whether the draft stays under the doubt of the rule, and the sentences of some words under so many times that."""
        doubt = wording.fitted().doubts.get(rule, 0.0)
        if not 0 < self.wording.get(rule, 0.0) < doubt:
            return False
        span = self.sentence_span(self.hit(start, end))
        if span not in self._scores:
            self._scores[span] = wording.scores(wording.plain(self.views.masked.text[slice(*span)]), wording.fitted())
        return self._scores[span][rule] < times * doubt

    @cached_property
    def quoted(self) -> tuple[Span, ...]:
        """Spans on `folded` that stand in quotation marks, marks included."""
        return tuple(match.span() for match in _QUOTED.finditer(self.folded))

    @cached_property
    def official_names(self) -> tuple[Span, ...]:
        """Spans on `folded` of official names that hold words we would flag elsewhere."""
        names = lexicon("names_official")["names"]
        pattern = compiled("|".join(phrase(name) for name in names), ignore_case=True)
        return tuple(match.span() for match in pattern.finditer(self.folded))

    def hit(self, start: int, end: int) -> Hit:
        """Return the hit for raw offsets."""
        starts, ends = self.views.folded.starts, self.views.folded.ends
        first = bisect_right(ends, start)
        last = bisect_left(starts, end)
        return Hit(start, end, first, max(first, last), self.folded[first:last])

    def stretch(self, start: int, end: int) -> str:
        """Return a stretch of `folded`, the same string each time: hundreds of hits in it are looked up by it."""
        if (start, end) not in self._stretches:
            self._stretches[start, end] = self.folded[start:end]
        return self._stretches[start, end]

    def sentence(self, hit: Hit) -> str:
        """Return the folded sentence in which the hit starts."""
        return self.stretch(*around(self.views.sentences, hit.first))

    def sentence_span(self, hit: Hit) -> Span:
        """Return the span on `folded` from the start of the hit's first to the end of its last sentence."""
        return around(self.views.sentences, hit.first)[0], max(around(self.views.sentences, max(hit.first, hit.last - 1))[1], hit.last)

    def clause_span(self, hit: Hit) -> Span:
        """Return the span on `folded` of the clause in which the hit starts."""
        start, end = around(self.views.clauses, hit.first)
        return start, max(end, hit.last)

    def near(self, hit: Hit, words: int) -> str:
        """Return the folded text from `words` words before to `words` words after the hit."""
        before = re.findall(r"\S+\s*", self.folded[max(0, hit.first - 20 * words) : hit.first])[-words:]
        after = re.findall(r"\s*\S+", self.folded[hit.last : hit.last + 20 * words])[:words]
        return "".join(before) + hit.words + "".join(after)


def _shown(match: re.Match[str]) -> Span:
    """Return the span of the first group that took part, or of the whole match."""
    return match.span(next((index for index in range(1, match.re.groups + 1) if match[index] is not None), 0))
