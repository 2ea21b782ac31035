"""Plug-ins for how a post reads aloud: alt texts, hashtags, emoji, shouting, styled letters, long sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.checklist.bank import english
from planner.checklist.folding import is_styled
from planner.checklist.hashtags import segment, vocabulary
from planner.checklist.late import Late
from planner.checklist.needles import at_places
from planner.checklist.report import Candidate, Suggestion
from planner.checklist.text import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.reading import Reading
    from planner.checklist.report import MediaItem
    from planner.checklist.rule import Rule

TAG = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=[(\[.,;:!?]))#(?=\w*[^\W\d_])(\w+)")
_FILE = Late(r"^\S*\.(?:jpe?g|png|gif|webp|heic|bmp|tiff?|mp4|mov)$|^(?:img|dsc|dscn|pxl|photo|screenshot|image)[\s_-]*\d", re.IGNORECASE)
_IMAGE_OF = Late(r"^\s*(?:an? )?(?:image|picture|photo|photograph|graphic) of\b", re.IGNORECASE)
_EMOJI = Late(
    "(?:[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    "|[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u2300-\u23ff\u25a0-\u25ff\u3030\u303d\u3297\u3299](?:[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]|[\U000e0020-\U000e007f])*"
    "(?:\u200d[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff][\U0001f3fb-\U0001f3ff\ufe0f]*)*)"
)
_MAYBE_EMOJI = Late("[\u2190-\U0010ffff]|[0-9#*](?=\ufe0f?\u20e3)")
"""Where an emoji can begin."""
_TEXT_SIGNS = re.compile("[\u2190-\u21ff\u25a0-\u25ff\u2713\u2714\u2022](?!\ufe0f)")
_LINK = r"(?:[\s,!.'\"-]{1,4}|\s*[&/]\s*)"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SHOUT = r"[^a-z\W_]++(?:['-][^a-z\W_]++)*+(?![^\W_]|['-][^\W_])"
_CHAIN = re.compile(rf"(?<![^\W_])(?<![^\W_]['-]){_SHOUT}(?:{_LINK}{_SHOUT})+")
"""Words without a small letter one after the other: every run of shouted ones lies within one."""
_LOUD_ENOUGH = re.compile(r"[^a-z]{8,}")
"""A stretch without a small letter that has room for two shouted words, one of them of four letters."""
_BREAK = re.compile(r"\n\s*\n")
_ON_A_THING = Late(
    r"\b(?:signs?|banners?|badges?|mugs?|posters?|placards?|notes?|stickers?|t-?shirts?|boards?|buttons?|labels?|alarms?|tattoos?|walls?|bedsheets?|letters?|files?|folders?|one|subject line)\b"
    r"[^.!?\n]{0,40}\b(?:says?|said|saying|reads?|reading|called|marked|labell?ed|titled|named)[\s:\"']*$",
    re.IGNORECASE,
)
"""Words before a run that tell that it stands on a thing: a sign, a mug, an alarm."""
_NAME_OF = Late(r"\s+(?:has|offers?|runs|provides|hosts|publishes)\b")
"""A verb behind a short run of which the run is the name of who does it."""
_LONGEST_NAME = 4
_BEFORE = 80
_LONG_ALT = 125
_LOUD, _SOFT = 4, 2
_LONG_TAG = 12
_APART = 3


def tags(text: str) -> list[re.Match[str]]:
    """Return the hashtags of a text."""
    return list(TAG.finditer(text)) if "#" in text else []


def alt_text(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield one candidate per medium whose description is wanting in the way that the rule's `case` names."""
    end = len(reading.draft.text)
    for item in reading.draft.media:
        if _wants(str(rule.options["case"]), item):
            yield Candidate(rule.id, rule.variant, "advise", end, end, fields={"quote": item.alt or item.name or item.kind})


def _wants(case: str, item: MediaItem) -> bool:
    alt = item.alt.strip()
    if case == "captions":
        return item.kind == "video" and not item.has_captions
    if item.kind != "image" or item.decorative:
        return False
    if case == "missing":
        return not alt
    if case == "file-name":
        return bool(alt) and _FILE.search(alt) is not None
    if case == "image-of":
        return _IMAGE_OF.search(alt) is not None
    return len(alt.split()) > _LONG_ALT


def hashtag_case(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield every lower-case hashtag that splits into several words, with the readable form as its suggestion."""
    official = frozenset(rule.options.get("official", ()))
    for match in tags(reading.folded):
        tag = match[1]
        if not (tag.islower() or tag.isupper()) or tag.lower() in official:
            continue
        words = segment(tag)
        if len(words) == 1 or (tag.isupper() and len(tag) < _LONG_TAG):
            continue
        start, end = reading.views.folded.to_raw(*match.span())
        readable = "#" + "".join(word[:1].upper() + word[1:].lower() for word in words)
        yield Candidate(
            rule.id, rule.variant, "advise", start, end, Suggestion("replace", start, end, readable), fields={"quote": match[0]}
        )


def hashtag_count(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield the first hashtag beyond the platform's number; a platform that the rule does not list has no limit."""
    limit = rule.options["limits"].get(reading.draft.platform or "", rule.options["limits"].get("*"))
    found = tags(reading.folded)
    if limit is not None and len(found) > limit:
        start, end = reading.views.folded.to_raw(found[limit].start(), found[-1].end())
        yield Candidate(rule.id, rule.variant, "advise", start, end, fields={"count": str(len(found)), "limit": str(limit)})


def emoji(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield the place where emoji become too many; joined and toned emoji count once, arrows and boxes as text do not."""
    raw = reading.views.raw.text
    if raw.isascii():
        return
    places = (hint.start() for hint in _MAYBE_EMOJI.finditer(raw))
    found = [match for match in at_places(_EMOJI.made, raw, places) if not _TEXT_SIGNS.fullmatch(match[0])]
    limit = int(rule.options["limit"])
    if len(found) > limit:
        yield Candidate(
            rule.id, rule.variant, "advise", found[limit].start(), found[-1].end(), fields={"count": str(len(found)), "limit": str(limit)}
        )
        return
    if len(found) >= int(rule.options["dense_from"]) and len(WORD.findall(raw)) < len(found) * int(rule.options["dense_words"]):
        yield Candidate(
            rule.id, rule.variant, "advise", found[0].start(), found[-1].end(), fields={"count": str(len(found)), "limit": str(limit)}
        )


def caps(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield runs of three or more shouted words; acronyms, labels and single emphasis are no shouting."""
    text = reading.views.masked.text
    for chain in _chains(text):
        run: list[re.Match[str]] = []
        for match in WORD.finditer(text, *chain.span()):
            word = match[0]
            if run and _BREAK.search(text, run[-1].end(), match.start()):
                yield from _shouted(rule, reading, run)
                run = []
            if (word.upper() == word and word.lower() != word) or (run and word.isdigit()):
                run.append(match)
            else:
                yield from _shouted(rule, reading, run)
                run = []
        yield from _shouted(rule, reading, run)


def _chains(text: str) -> Iterator[re.Match[str]]:
    """Yield the chains of words without a small letter; the letter behind a stretch tells where its last word ends."""
    for stretch in _LOUD_ENOUGH.finditer(text):
        yield from _CHAIN.finditer(text, stretch.start(), stretch.end() + 1)


def _shouted(rule: Rule, reading: Reading, run: list[re.Match[str]]) -> Iterator[Candidate]:
    run = _without_next(reading.views.masked.text, run)
    if len(run) < int(rule.options["least"]) or _copied(reading, run):
        return
    acronyms, labels = frozenset(rule.options["acronyms"]), frozenset(rule.options["labels"])
    loud = [match for match in run if _is_word(match[0], acronyms | labels)]
    if sum(len(match[0]) > _SOFT for match in loud) <= 1 or not any(len(match[0]) >= _LOUD for match in loud) or len(loud) * 2 < len(run):
        return
    start, end = reading.views.masked.to_raw(run[0].start(), run[-1].end())
    words = reading.folded[run[0].start() : run[-1].end()]
    plain = re.sub(r"\w[\w']*", lambda match: match[0] if match[0] in acronyms or match[0] == "I" else match[0].lower(), words)
    before = reading.folded[: run[0].start()].rstrip()
    if before[-1:] in {"", ".", "!", "?", "\n"} or "\n" in reading.folded[len(before) : run[0].start()]:
        plain = plain[:1].upper() + plain[1:]
    yield Candidate(rule.id, rule.variant, "advise", start, end, Suggestion("replace", start, end, plain), fields={"quote": words})


def _without_next(text: str, run: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return a run without an "I" or "A" that begins the next sentence."""
    ends = len(run) > 1 and len(run[-1][0]) == 1 and text[run[-2].end()] in ".!?"
    return run[:-1] if ends else run


def _copied(reading: Reading, run: list[re.Match[str]]) -> bool:
    """Tell whether a run is what stands on a thing, or a short name of somebody who does something."""
    text, start, end = reading.views.masked.text, run[0].start(), run[-1].end()
    if _ON_A_THING.search(text[max(0, start - _BEFORE) : start]):
        return True
    return len(run) <= _LONGEST_NAME and _NAME_OF.match(text, end) is not None


def _is_word(word: str, acronyms: frozenset[str]) -> bool:
    if word in acronyms:
        return False
    low = word.lower()
    return low in {"i", "a"} or low in vocabulary() or low in english()


def styled_letters(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield stretches of styled letters with the plain letters as their suggestion."""
    raw = reading.views.raw.text
    if raw.isascii():
        return
    marked = [match.start() for match in _NOT_ASCII.finditer(raw) if is_styled(match[0])]
    if len(marked) < int(rule.options["least"]):
        return
    first = last = marked[0]
    for at in (*marked[1:], len(raw) + 10):
        if at - last > _APART:
            hit = reading.hit(first, last + 1)
            yield Candidate(
                rule.id,
                rule.variant,
                "advise",
                first,
                last + 1,
                Suggestion("replace", first, last + 1, hit.words),
                fields={"quote": hit.words},
            )
            first = at
        last = at


def sentence_length(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield sentences with more words than `above` and no more than `upto`; contacts and hashtags do not count."""
    masked = reading.views.masked.text
    above, upto = int(rule.options["above"]), int(rule.options.get("upto", 100_000))
    for start, end in reading.views.sentences:
        if end - start <= 2 * above:  # there is a sign between two words, so that they cannot be so many
            continue
        words = reading.length(start, end)
        if above < words <= upto and not re.search(r"[;•|]|,[^,]{1,40},[^,]{1,40},[^,]{1,40},", masked[start:end]):
            raw = reading.views.folded.to_raw(start, end)
            yield Candidate(rule.id, rule.variant, "advise", *raw, fields={"count": str(words), "quote": reading.folded[start:end]})
