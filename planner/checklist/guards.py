"""The guards: reasons why a hit is no finding, or a milder one, told from the words around it."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Literal

from planner.checklist.late import Late
from planner.checklist.needles import haystack, probe
from planner.checklist.patterns import holds
from planner.checklist.spans import meets

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.checklist.reading import Hit, Reading

_TERM = 8
_FEW = 6
"""So many words before a hit are looked at for what negates it; what makes it one's own takes fewer."""
_FAR = 300
"""So many letters are looked at instead where nobody put blanks between the words."""
Effect = Literal["drop", "lower"]

_MENTION = Late(
    r"(?:\b(?:the|this|that|these|those|a|an)\s+(?:words?|terms?|phrases?|labels?|names?|expressions?|slurs?|myths?|idea|claim|stereotype)\b"
    r"|\b(?:words|terms|phrases|labels|language|myths?|stereotypes?)\s+(?:like|such as)"
    r"|\binstead of|\brather than|\b(?:do not|don't|never|stop|avoid|quit|retire|drop|ban|without)\s+(?:say\w*|us(?:e|ing)|call\w*|writ\w+|typing|hear\w*|label\w*|describ\w+|the)"
    r"|\b(?:we|people|they|you|folks|some|media|headlines?|reporters?)\s+(?:\w+\s+)?(?:call|say|write|use|label)\b(?:[^\w]+[\w'-]+){0,4}\W*$"
    r"|\bmyth\s*(?:#?\d+)?\s*[:\-]|\bnot\s*:?$|\bcalled$|\bsay(?:ing)?$|\bswap(?:ping)?\b|\breplac(?:e|ed|ing)\b|\bmeans?\s*$|\bdefin(?:e|ed|ition))",
    re.IGNORECASE,
)
_RETIRED = Late(
    r"^\W*(?:is|are|was|'s)?\s*(?:a |an )?(?:not |no longer |never )?(?:myth|outdated|stigmati\w+|the wrong word|a slur|slurs?|label|harmful|hurtful|offensive|a noun|a word|a name|why not|->|=>|→|is a word)",
    re.IGNORECASE,
)
_MENTION_CUE = Late(
    r"\b(?:words?|terms?|phrases?|language|labels?|headlines?|wording|myths?|slurs?|say|says|said|saying|write|writes|wrote|writing|print|call|called|calling|instead|rather|stop|retire|stigma\w*|"
    r"quote|means?|translat\w+|avoid|swap|replace|->|vs\.?)\b",
    re.IGNORECASE,
)
_NEGATION = Late(
    r"\b(?:no|not|never|without|cannot|nor|neither|nobody|none|nothing|stop|stopped|avoid|avoids|refuse\w*|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|won't|wouldn't|can't|couldn't|shouldn't|"
    r"dont|cant|wont|doesnt|isnt|hardly|rarely|rather than|instead of|beware|against|no one|anyone (?:who|promising)|unlike)\b",
    re.IGNORECASE,
)
_SELF_BEFORE = Late(
    r"(?:\b(?:i am|i'm|im|i was|i've been|i have been|we are|we're|call(?:ed)? myself|calling myself|made me|identify as|proud|as)\s+(?:a |an |the |also |still |just |really |one of )?(?:[\w-]+\s+){0,2}$"
    r"|\b(?:my own|myself|fellow|us)\s+(?:[\w-]+\s+){0,2}$)",
    re.IGNORECASE,
)
_AS = Late(r"\bas\s+(?:a |an )?(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_FIRST_PERSON = Late(r"\b(?:i|i'm|i've|i'd|im|ive|me|my|myself|mine)\b", re.IGNORECASE)
_FICTION = Late(
    r"\b(?:fiction(?:al|ali[sz]ed)?|made[- ]up|(?:i|we|is|are|an?|entirely|all) invented|invented (?:case|client|person|people|story|example|vignette|scenario|family)|imaginary|hypothetical(?:ly)?|(?:the|a|his|her|this|that|debut) novel|tv (?:show|series|drama)|series finale|season \d|episode \d+|movie|(?:the|a|this|that|new) film|sitcom|"
    r"(?:main|tv|favou?rite|fictional|beloved|every|each|the) characters?|characters? (?:in|on|from)|protagonist|screenplay|fan ?fic\w*|comic book|memoir)\b",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"[^\n]+")
_CONSENT = Late(
    r"\b(?:with|gave|given|has|have|signed|on file)\b[^.!?\n]{0,40}\bwritten (?:consent|permission|release)|\bsigned (?:release|consent)|\b(?:written )?release (?:form )?(?:on file|signed)|\bconsented in writing",
    re.IGNORECASE,
)
_PUBLISHED = Late(
    r"\b(?:published|case law|ruling in|held in|v\.|vs\.|landmark|textbook case|in (?:19|20)\d\d the court|journal|biography|autobiography|historians?|classic case)\b|\b(?:18|19)\d\d\b",
    re.IGNORECASE,
)
_REBUTTAL = Late(
    r"\W*(?:no|nope|wrong|false|myth|not true|untrue|nonsense|rubbish)\b[.!,:]"
    r"|\W*(?:(?:it|that|this|they|those|these|the (?:claim|idea|evidence|science|research))(?:'s|'re)?|there(?:'s| is))\s+"
    r"(?:\w+\s+)?(?:not?\b|never\b|false\b|wrong\b|untrue\b|nonsense\b|(?:does|do|is|are|was|were|did|has|have|ca|wo)n't\b|cannot\b)",
    re.IGNORECASE,
)
_GENERAL = Late(
    r"\b(?:people|clients|patients|folks|families|many|some|most|often|sometimes|usually|anyone|everyone|someone|whoever|generally|in general|tend to)\b",
    re.IGNORECASE,
)

TOLD = {
    "mention": "it is quoted or spoken about as a word",
    "negated": "a no stands before it",
    "rebutted": "the next sentence takes it back",
    "self": "the writer speaks of themself",
    "name": "it belongs to an official name",
    "question": "its sentence asks",
    "own": "it is the account's own name or contact",
    "published": "its sentence speaks of something published",
    "fiction": "the draft says that it is invented",
    "consent": "the draft says that consent was given",
    "general": "its sentence speaks of people in general",
}
"""What each guard has seen when it holds a hit back."""


def expressions() -> list[str]:
    """Return the patterns that are looked up in the list of needles."""
    return [pattern.pattern for pattern in (_FICTION, _CONSENT)]


def effect(guard: str, hit: Hit, reading: Reading) -> Effect | None:
    """Return what `guard` does to the hit: drop it, lower its level, or nothing."""
    return ("lower" if guard == "question" else "drop") if _GUARDS[guard](hit, reading) else None


def _mention(hit: Hit, reading: Reading) -> bool:
    start, end = reading.sentence_span(hit)
    before = reading.folded[max(start, hit.first - 60) : hit.first]
    if _MENTION.search(before) and not re.search(r"[;]\s", before[_last_mention(before) :]):
        return True
    if _RETIRED.match(reading.folded[hit.last : end]):
        return True
    opened = bisect_left(reading.quoted, (hit.first,))
    first, last = reading.quoted[opened - 1] if opened else (0, -1)
    if hit.last > last:
        return False
    short = len(reading.folded[first:last].split()) <= _TERM
    return short or _MENTION_CUE.search(reading.folded[start:first] + " " + reading.folded[last:end]) is not None


def _last_mention(before: str) -> int:
    return max((match.end() for match in _MENTION.finditer(before)), default=0)


def _negated(hit: Hit, reading: Reading) -> bool:
    start, _ = reading.clause_span(hit)
    near = reading.folded[max(start, hit.first - _FAR) : hit.first]
    before = " ".join(near.rsplit(None, _FEW)[-_FEW:])
    return _NEGATION.search(before) is not None


def _rebutted(hit: Hit, reading: Reading) -> bool:
    """Tell whether the sentence after the hit takes it back, as "It doesn't" does."""
    _, end = reading.sentence_span(hit)
    return _REBUTTAL.match(reading.folded, end) is not None


def _self(hit: Hit, reading: Reading) -> bool:
    start, end = reading.sentence_span(hit)
    before = reading.folded[start : hit.first]
    if not _SELF_BEFORE.search(before[-60:]):
        return False
    farther = before.rsplit(None, _FEW)[:-_FEW]
    return _AS.search(before, sum(map(len, farther))) is None or holds(_FIRST_PERSON, reading.stretch(start, end))


def _name(hit: Hit, reading: Reading) -> bool:
    return meets(reading.official_names, hit.first, hit.last)


def _question(hit: Hit, reading: Reading) -> bool:
    _, end = reading.sentence_span(hit)
    return reading.folded[:end].rstrip("\"') ").endswith("?")


def _own(hit: Hit, reading: Reading) -> bool:
    own = (
        *reading.profile.names,
        *reading.profile.phones,
        *reading.profile.emails,
        *reading.profile.domains,
        *reading.profile.handles,
        *reading.profile.addresses,
    )
    return any(value.lower() in hit.words.lower() for value in own if value)


def _in_sentence(pattern: Late) -> Callable[[Hit, Reading], bool]:
    def told(hit: Hit, reading: Reading) -> bool:
        return holds(pattern, reading.folded, *reading.sentence_span(hit))

    return told


def _in_draft(pattern: Late) -> Callable[[Hit, Reading], bool]:
    def told(_hit: Hit, reading: Reading) -> bool:
        return haystack(reading.folded).may_hold(probe(pattern.pattern)) and holds(pattern, reading.folded)

    return told


def _fiction(hit: Hit, reading: Reading) -> bool:
    """Tell whether the opening of the draft, or what stands around the hit, says that it is invented.

    A long post may speak of a film in one paragraph and of what happened today in another, so that farther paragraphs tell nothing.
    """
    text = reading.folded
    if not haystack(text).may_hold(probe(_FICTION.pattern)):
        return False
    paragraphs = [match.span() for match in _PARAGRAPH.finditer(text)]
    at = sum(first <= hit.first for first, _ in paragraphs) - 1
    near = paragraphs[max(0, at - 1) : at + 2]
    return any(holds(_FICTION, text, *span) for span in (paragraphs[0], *near))


_GUARDS: dict[str, Callable[[Hit, Reading], bool]] = {
    "mention": _mention,
    "negated": _negated,
    "rebutted": _rebutted,
    "self": _self,
    "name": _name,
    "question": _question,
    "own": _own,
    "published": _in_sentence(_PUBLISHED),
    "fiction": _fiction,
    "consent": _in_draft(_CONSENT),
    "general": _in_sentence(_GENERAL),
}
