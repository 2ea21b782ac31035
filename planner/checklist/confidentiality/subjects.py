"""Tells how sure it is that a text speaks of one particular served person, and by which cues."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist import wording
from planner.checklist.bank import table
from planner.checklist.confidentiality import clues, cues, identifiers, live_case, names, passages, people, places, score
from planner.checklist.confidentiality.lists import tells_somebody
from planner.checklist.text import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.checklist.confidentiality.clues import Clue
    from planner.checklist.confidentiality.cues import Hit
    from planner.checklist.confidentiality.identifiers import Identifier
    from planner.checklist.confidentiality.names import NameHit
    from planner.checklist.confidentiality.people import Mention
    from planner.checklist.confidentiality.places import PlaceHit
    from planner.checklist.confidentiality.words import Words
    from planner.checklist.report import Draft, Profile

_WORD = re.compile(r"[^\W\d_][\w']*")
HE_SHE = frozenset({"he", "she", "him", "her", "his", "hers", "he's", "she's", "he'd", "she'd"})
_I = frozenset({"i", "me", "my", "i'm", "i've", "i'd", "im"})
_WE = frozenset({"we", "our", "us", "we're", "we've"})
_YOU = frozenset({"you", "your", "you're", "you've", "yours"})
_THEY = frozenset({"they", "them", "their", "they're"})
CARE_WORDS = frozenset(
    [
        "client",
        "clients",
        "patient",
        "patients",
        "resident",
        "foster",
        "fostercare",
        "session",
        "group",
        "visit",
        "intake",
        "case",
        "ward",
        "court",
        "shelter",
        "camp",
        "therapy",
    ]
)
_OUTSIDE = frozenset({"own", "staff", "public", "animal", "fiction", "outsider", "reader", "general", "kin"})
_EARLY = 12
_CAP = 1.4
_NEARER = 0.6
"""How far a long text is taken for what its most telling passage is, if that tells more than the whole."""
_CHANCES = 0.7
"""How much less a long text tells, as each of its passages is one more chance to be wrong: with it, the same thresholds are as right as for short ones."""

_FAR_OFF = -5.0
"""A long text that weighs less as a whole is not weighed in passages: of 280 about somebody none was, and no passage of the others made up for it."""


class Scan(NamedTuple):
    """Everything that was seen in one text, on its folded view."""

    words: Words
    hits: tuple[Hit, ...]
    clues: tuple[Clue, ...]
    names: tuple[NameHit, ...]
    places: tuple[PlaceHit, ...]
    identifiers: tuple[Identifier, ...]


class Confidence(NamedTuple):
    """How sure the detector is: `value` of all cues, `grammar` with a neutral word-level score, and the strongest cues.

    `parts` are the spans of a long text that were seen by themselves, `passages` those in which the person is told of; both are empty for a
    short one, which is told of as a whole.
    """

    value: float
    grammar: float
    cues: tuple[tuple[str, float], ...]
    releases: frozenset[str] = frozenset()
    passages: tuple[tuple[int, int], ...] = ()
    parts: tuple[tuple[int, int], ...] = ()


class Weights(NamedTuple):
    """The fitted weights: one a feature, the bias, and the bounds, the weights and the neutral values of the two scores of the wording."""

    features: Mapping[str, float]
    bias: float
    bound: float
    words: float
    neutral: float
    phrases: float
    neutral_phrases: float


def scan(text: str, profile: Profile | None) -> Scan:
    """Read one text (folded view): tokens, cues, names, places, identifiers and clues."""
    words = cues.read(text)
    found = places.find(words)
    return Scan(
        words, cues.find(words), clues.find(words, cues.cue_book(), found), names.find(words), found, identifiers.find(text, profile)
    )


def features(seen: Scan, draft: Draft) -> dict[str, float]:
    """Return the structured features of a text: cues and clue kinds (damped counts), pronouns, tense, names, circumstances."""
    values: dict[str, float] = {}
    for hit in seen.hits:
        values[f"cue:{hit.cue}"] = values.get(f"cue:{hit.cue}", 0.0) + 1
    for clue in seen.clues:
        values[f"clue:{clue.kind}"] = values.get(f"clue:{clue.kind}", 0.0) + 1
    mentions = people.mentions(seen.words, seen.names)
    for name in _told(seen, mentions):
        values[name] = values.get(name, 0.0) + 1
    values = {name: min(math.log1p(count), _CAP) for name, count in values.items()}
    values.update(_facts(seen.words))
    values.update(_whole(seen, mentions))
    private = sum(hit.role == "private" for hit in seen.names)
    values["name:private"] = min(math.log1p(private), _CAP)
    values["name:public"] = min(math.log1p(len(seen.names) - private), _CAP)
    values["place:town"] = float(any(place.kind == "town" for place in seen.places))
    for one in seen.identifiers:
        if one.type != "file" or tells_somebody(identifiers.parts_of_file_name(one.text)):
            values[f"id:{one.type}:{one.owner}"] = 1.0
    values[f"author:{draft.author or 'therapist'}"] = 1.0
    values[f"kind:{draft.kind}"] = 1.0
    return values


def _told(seen: Scan, mentions: tuple[Mention, ...]) -> Iterator[str]:
    """Yield one feature a mention: its kind, and its kind with the way its sentence speaks."""
    found = people.sentences(seen.words)
    at = 0
    for mention in mentions:
        kind = f"{mention.kind}:{mention.refers}" if mention.refers else mention.kind
        yield f"who:{kind}"
        while found[at].last <= mention.at:
            at += 1
        how = found[at]
        if how.past and not how.general:
            yield f"who:{kind}:past"
        if how.near:
            yield f"who:{kind}:near"
        if how.general:
            yield f"who:{kind}:general"
        if how.me:
            yield f"who:{kind}:me"
        if how.you:
            yield f"who:{kind}:you"


def _whole(seen: Scan, mentions: tuple[Mention, ...]) -> dict[str, float]:
    """Return what a whole text lacks: a served person, a care context, anybody but people outside the service."""
    codes = set(seen.words.codes)
    care = any(codes & cues.members(name) for name in ("care_event", "case_noun", "served_one", "served_many", "served_maybe", "slot_word"))
    kinds = [one.refers if one.kind == "pronoun" else one.kind for one in mentions]
    told = not HE_SHE.isdisjoint(seen.words.lower)
    outside = bool(kinds) and set(kinds) <= _OUTSIDE
    first = next((kind for kind in kinds if kind not in {"general", "reader", "none"}), "nobody")
    return {
        "no-care": float(not care),
        "told-no-care": float(told and not care),
        "none-served": float("served" not in kinds),
        "told-none-served": float(told and "served" not in kinds),
        "only-outside": float(outside),
        "told-only-outside": float(told and outside),
        f"first:{first}": 1.0,
        f"first:{first}:{'care' if care else 'bare'}": 1.0,
    }


def _facts(words: Words) -> dict[str, float]:
    """Return shares of pronouns and past tense, and how they go together."""
    lower, counts = words.lower, Counter(words.lower)
    size = len(lower) + 5
    told = people.past(words)
    one, me, you, we, they = (sum(map(counts.get, listed, repeat(0))) for listed in (HE_SHE, _I, _YOU, _WE, _THEY))
    return {
        "he-she": min(one, 6) / 6,
        "he-she-share": one * 10 / size,
        "he-she-any": float(one > 0),
        "he-she-early": float(not HE_SHE.isdisjoint(lower[:_EARLY])),
        "he-she-and-i": float(one > 0 and me > 0),
        "he-she-past": float(one > 0 and told > 0),
        "he-she-no-you": float(one > 0 and you == 0),
        "i-share": me * 10 / size,
        "we-share": we * 10 / size,
        "you-share": you * 10 / size,
        "you-any": float(you > 0),
        "they-share": they * 10 / size,
        "past-share": told * 10 / size,
        "past-no-you": told * 10 / size * (you == 0),
        "numbers": words.kinds.count("num") * 10 / size,
        "length": math.log(size) - 4,
        "asks": float("?" in lower[-1:]),
    }


@cache
def weights() -> Weights:
    """Read `content_bank/lexicons/subject.toml` once."""
    told = table("lexicons/subject.toml")
    scores = (told[name] for name in ("bias", "bound", "words", "neutral", "phrases", "neutral_phrases"))
    return Weights(told["features"], *scores)


def confidence(seen: Scan, draft: Draft) -> Confidence:
    """Return how sure the cues make it that one particular served person is spoken of, between 0 and 1."""
    said = masked(seen.words.text)
    whole = _weighed(seen, draft, wording.of_one_person(wording.plain(said), wording.fitted()))
    releases = dict(live_case.releases(seen.words.text))
    ranges = passages.cut(seen.words)
    spans = [seen.words.span(*one) for one in ranges]
    weighed = _passages(seen, draft, said, ranges) if whole.total >= _FAR_OFF else []
    best = max(weighed, key=lambda one: one.total, default=whole)
    telling = best if best.total > whole.total else whole
    total, grammar = whole.total, whole.grammar
    if weighed:
        total, grammar = in_passages(total, best.total), in_passages(grammar, telling.grammar)
    total, grammar = (one + sum(releases.values()) for one in (total, grammar))
    strongest = sorted(((name, part) for name, part in telling.parts.items() if part > 0), key=lambda item: (-item[1], item[0]))
    near = passages.told([one.total for one in weighed], spans) if weighed else ()
    return Confidence(_logistic(total), _logistic(grammar), tuple(strongest[:3]), frozenset(releases), near, tuple(spans))


def in_passages(whole: float, most: float) -> float:
    """Return what a long text weighs that weighs so much as a whole, and in its most telling passage."""
    return whole + _NEARER * max(0.0, most - whole) - _CHANCES


def _passages(seen: Scan, draft: Draft, said: str, ranges: tuple[tuple[int, int], ...]) -> list[_Weighed]:
    """Return what each of the passages of a long text weighs by itself; `said` is the masked view."""
    told = [wording.plain(said[slice(*seen.words.span(*one))]) for one in ranges]
    phrases = wording.parts_of_one_person(wording.plain(said), told, wording.fitted())
    return [_weighed(passages.part(seen, *one), draft, phrase) for one, phrase in zip(ranges, phrases, strict=True)]


class _Weighed(NamedTuple):
    """What speaks for one particular person in a text or a passage, as logits: all of it, the same with neutral wording, and by sign."""

    total: float
    grammar: float
    parts: Mapping[str, float]


def _weighed(seen: Scan, draft: Draft, phrases: float) -> _Weighed:
    """Weigh what was seen in a text or passage; `phrases` is the second score of its wording."""
    fitted = weights()
    parts = {name: value * fitted.features.get(name, 0.0) for name, value in features(seen, draft).items()}
    parts["words"] = _wording(seen.words, phrases)
    total = fitted.bias + sum(parts.values())
    grammar = total - parts["words"] + fitted.words * fitted.neutral + fitted.phrases * fitted.neutral_phrases
    return _Weighed(total, grammar, parts)


def _wording(words: Words, phrases: float) -> float:
    """Return what the two scores of the wording add."""
    fitted = weights()
    first, second = (max(-fitted.bound, min(fitted.bound, one)) for one in (score.score(words), phrases))
    return fitted.words * first + fitted.phrases * second


def _wording_of(text: str) -> float:
    """Return what the wording of a text (folded view) adds."""
    return _wording(cues.read(text), wording.of_one_person(wording.plain(masked(text)), wording.fitted()))


def strongest_words(text: str) -> tuple[str, ...]:
    """Return up to three words of a text (folded view) without which its wording would speak least for one particular person."""
    whole = _wording_of(text)
    words = dict.fromkeys(_WORD.findall(text.lower()))
    worth = [(whole - _wording_of(re.sub(rf"\b{re.escape(word)}\b", " ", text, flags=re.IGNORECASE)), word) for word in words]
    return tuple(word for value, word in sorted(worth, key=lambda one: (-one[0], one[1]))[:3] if value > 0)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
