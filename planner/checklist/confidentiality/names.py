"""Finds names of people by lists and by evidence around them: titles, initials, kin, pairs; no downloaded model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from planner.checklist.confidentiality.words import LEXICONS

if TYPE_CHECKING:
    from planner.checklist.confidentiality.words import Words

Role = Literal["private", "public", "published"]

SURE = 2.0
_TITLES = frozenset("mr mrs ms miss mx sir madam mister".split())
_PUBLIC_TITLES = frozenset(
    "dr prof professor senator sen rep representative congressman congresswoman councillor councilor councilmember commissioner mayor governor gov "
    "president minister premier mp mla td judge justice magistrate sheriff chief rabbi imam rev reverend pastor bishop archbishop pope king queen prince princess lord "
    "lady saint st sister brother father director deputy captain sergeant officer detective superintendent secretary treasurer chair chairman chairwoman shri aunty uncle".split()
)
_KIN = frozenset(
    "son daughter brother sister wife husband mother father mum mom dad baby twins cousin nephew niece aunt uncle gran nan friend client patient named called".split()
)
_ACTS = frozenset(
    "said says told asked came went walked joined called showed loves loved wanted wants needs needed cried laughed finished graduated got has had is was turned "
    "turns lives lived moved passed died brought drew sang painted arrived started deserves did will can came's".split()
)
_STAFF = frozenset(
    "manager director coordinator nurse colleague receptionist supervisor chair volunteer trustee therapist counselor counsellor worker clinician psychologist "
    "psychiatrist founder ceo president author presenter speaker professor lecturer intern trainee librarian instructor facilitator host organizer organiser treasurer "
    "secretary caseworker navigator advocate trainer supervisor dean principal".split()
)
_NO_PERSON = frozenset(
    "street st ave avenue road rd drive lane court way highway hwy blvd boulevard square plaza park high elementary middle primary school academy college university hospital "
    "clinic center centre county city act bill law amendment house library church house hall station bridge river lake bay island beach mountain north south east west "
    "project principle rule report inquiry study method syndrome disease scale index award foundation trust institute association society memorial fund month week day "
    "bank inc llc ltd co corp group avenue's tower mall theatre theater stadium pier hotel inn pub".split()
)
_NEVER = frozenset(
    "i i'm i've i'll i'd the a an and or but if when so no yes ok okay oh he she it we they you my our your his her their this that these those there here what why how who where "
    "in on at by for from with of to as is are was were be been do does did not all any some one two three four five six seven eight nine ten first last next new old good "
    "today tonight tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december "
    "please thank thanks dear hi hello hey congrats congratulations happy welcome meet client patient dad mom mum mama baby god lord christmas easter halloween ramadan eid "
    "english spanish french german arabic hindi american british irish african asian black white native latino indian chinese mexican canadian australian "
    "adhd ptsd ocd cbt dbt emdr bpd ed er icu nhs cps aps va dm q ai us uk eu usa tv dv aa na".split()
)


@dataclass(frozen=True, slots=True)
class NameHit:
    """A person's name: its token range, its spelling, how sure, and whether it belongs to someone in a public role."""

    first: int
    last: int
    text: str
    confidence: float
    role: Role


@dataclass(frozen=True, slots=True)
class NameLists:
    """The gazetteer: given names, surnames, and those of them that are common words too."""

    given: frozenset[str]
    family: frozenset[str]
    words: frozenset[str]


@cache
def name_lists() -> NameLists:
    """Read the name lists of the content bank once."""
    given, family, words = (
        frozenset((LEXICONS / f"{name}.txt").read_text(encoding="utf-8").split()) for name in ("first_names", "surnames", "name_words")
    )
    return NameLists(given, family, words)


def find(words: Words) -> tuple[NameHit, ...]:
    """Return the names of people in `words`, left to right; runs of capitalized words are judged as a whole."""
    hits = []
    at, end = 0, len(words.lower)
    while at < end:
        last = _run_end(words, at)
        if last == at:
            at += 1
            continue
        hit = _judge(words, at, last)
        if hit is not None:
            hits.append(hit)
        at = last
    return tuple(hits)


def _spelling(words: Words, at: int) -> str:
    start, end = words.spans[at]
    return words.text[start:end]


def _capital(words: Words, at: int) -> bool:
    word = _spelling(words, at)
    return word[0].isupper() and words.kinds[at] in {"word", "cap", "upper"} and words.lower[at].removesuffix("'s") not in _NEVER


def _run_end(words: Words, at: int) -> int:
    """Return the end of the run of name-like words that starts at `at` (initials, hyphens and full stops of initials included)."""
    end = at
    limit = len(words.lower)
    while end < limit and end - at < 8:
        if _capital(words, end):
            if _spelling(words, end).lower().endswith("'s"):
                return end + 1
            end += 1
        elif end > at and end + 1 < limit and _joins(words, end) and _capital(words, end + 1):
            end += 1
        else:
            break
    return end


def _joins(words: Words, at: int) -> bool:
    start, end = words.spans[at]
    piece = words.text[start:end]
    if piece == "-":
        return words.spans[at - 1][1] == start and words.spans[at + 1][0] == end
    if piece == ".":
        before = words.lower[at - 1]
        return len(before) == 1 or before in _TITLES or before in _PUBLIC_TITLES
    return piece.lower() in {"van", "de", "der", "la", "bin", "al", "von", "del"}


def _judge(words: Words, first: int, last: int) -> NameHit | None:
    lists = name_lists()
    lower = [words.lower[i].removesuffix("'s") for i in range(first, last) if words.kinds[i] in {"word", "cap", "upper"}]
    role: Role = "private"
    start = first
    sureness = 0.0
    titled = False
    before = words.lower[first - 1] if first else ""
    if before == "." and first > 1:
        before = words.lower[first - 2]
    while lower and (lower[0] in _TITLES or lower[0] in _PUBLIC_TITLES):
        role = "public" if lower[0] in _PUBLIC_TITLES else role
        titled = True
        lower = lower[1:]
        start += 1
    if not titled and (before in _TITLES or before in _PUBLIC_TITLES):
        titled = True
        role = "public" if before in _PUBLIC_TITLES else role
    while start < last and words.kinds[start] not in {"word", "cap", "upper"}:
        start += 1
    if not lower or any(word in _NO_PERSON for word in lower) or _after(words, last) in _NO_PERSON:
        return None
    sureness = _evidence(words, lower, first, last, lists) + (2.0 if titled else 0.0)
    if sureness < SURE:
        return None
    if role == "private" and _of_staff(words, first, last):
        role = "public"
    text = words.text[words.spans[start][0] : words.spans[last - 1][1]]
    return NameHit(start, last, text.removesuffix("'s"), sureness, role)


def _of_staff(words: Words, first: int, last: int) -> bool:
    """A name beside a staff word ("our manager Ana", "Ana, our new nurse") belongs to someone in a public role."""
    before = words.lower[max(0, first - 2) : first]
    after = words.lower[last : last + 6]
    return any(word in _STAFF for word in before) or (
        bool(after)
        and after[0] in {",", "(", "is"}
        and any(word in {"our", "the", "a"} for word in after[1:3])
        and any(word in _STAFF for word in after[1:])
    )


def _after(words: Words, at: int) -> str:
    return words.lower[at] if at < len(words.lower) else ""


def _evidence(words: Words, lower: list[str], first: int, last: int, lists: NameLists) -> float:
    """Add up what speaks for a name: list entries, a pair, an initial, kin before, an act after."""
    head = lower[0]
    at_start = first == 0 or words.kinds[first - 1] in {"stop", "nl", "quote", "open", "sign"}
    sureness = 0.0
    if head in lists.given:
        sureness += 1.0 if head in lists.words else 2.0
    elif head in lists.family and head not in lists.words:
        sureness += 0.5
    if len(lower) > 1:
        tail = lower[-1]
        if tail in lists.family:
            sureness += 0.5 if tail in lists.words else 1.0
        elif len(tail) == 1 and head in lists.given:
            sureness += 1.0
        elif head in lists.given and tail not in lists.words:
            sureness += 0.5
        if len(head) == 1 and tail not in lists.words:
            sureness += 1.5
        if "-" in words.lower[first:last]:
            sureness += 1.0
    elif at_start and head in lists.words:
        sureness -= 1.0
    before = words.lower[first - 1] if first else ""
    if before in _KIN or (
        before in {"is", "me", "as"} and first > 1 and words.lower[first - 2] in {"name", "call", "calls", "called", "known", "surname"}
    ):
        sureness += 1.0
    if not at_start and len(lower) == 1 and head in lists.family and head not in lists.words and head not in lists.given:
        sureness += 1.5
    if _after(words, last) in _ACTS:
        sureness += 0.5 if len(lower) > 1 or head in lists.given or head in lists.family else 0.0
    return sureness
