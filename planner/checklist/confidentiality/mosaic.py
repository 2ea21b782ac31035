"""Puts a draft beside what older posts of the same account have told: mild posts can identify together."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING, NamedTuple

from planner.checklist.confidentiality import anonymity, live_case, places
from planner.checklist.confidentiality.lists import word_list
from planner.checklist.late import Late
from planner.checklist.report import LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.checklist.confidentiality.places import Place
    from planner.checklist.confidentiality.subjects import Scan

    Span = tuple[int, int]

_LIVE = frozenset({"live"})
RARE = 0.01
KINDS = 3
CROWD = 100.0
_BACK = Late(
    r"\b(?:the (?:one|man|woman|boy|girl|family|kid|client|couple|lady|guy|person) (?:i|we) (?:wrote|posted|told you|tweeted|talked|shared)(?: about)?|remember (?:my|our|the|that|when i)"
    r"|update on|(?:an |quick |little )?update[:,]|as i (?:posted|wrote)|from (?:my|our) (?:last|earlier|previous) post|part (?:two|three|2|3)|follow-?up (?:on|to)|you(?:'ll| will| may| might) remember)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{3,}|\d+")
_STATED = frozenset({"age", "place", "work", "school"})


class Joined(NamedTuple):
    """What joins a draft with older posts: why, the words of the draft, the older entries, and whether few people fit the union."""

    refers_back: bool
    spans: tuple[Span, ...]
    entries: tuple[LedgerEntry, ...]
    few: bool


def join(seen: Scan, ledger: Sequence[LedgerEntry], *, pinned: str = "") -> Joined | None:
    """Return what joins the draft with older posts, else None; `pinned` is the draft's location tag and the account's own town.

    They join when the draft refers back, when nothing contradicts and one rare detail or three kinds agree, or when both speak of
    a live matter of the same sort.
    """
    if not ledger:
        return None
    back = _BACK.search(seen.words.text)
    for subject in dict.fromkeys(entry.subject for entry in ledger):
        entries = tuple(entry for entry in ledger if entry.subject == subject)
        agreeing = [(clue_span, entry) for clue_span, entry in _agreeing(seen, entries)]
        kinds = {entry.kind for _, entry in agreeing}
        rare = any(entry.share is not None and entry.share < RARE for _, entry in agreeing)
        if agreeing and (rare or len(kinds) >= KINDS or "live" in kinds) and not _contradicts(seen, entries):
            spans = tuple(sorted({span for span, _ in agreeing}))
            return Joined(back is not None, spans, tuple(dict.fromkeys(entry for _, entry in agreeing)), _few(seen, entries, pinned))
    if back is not None:
        return Joined(True, (back.span(),), tuple(ledger[-1:]), few=False)
    return None


def beside_profile(seen: Scan, home: Place | None) -> tuple[Span, ...]:
    """Return the details that fit fewer than a hundred people of the town in the account's own bio; none when the draft names a town.

    A client mostly lives where the account says that it works, so the bio is an older post that everybody has read.
    """
    facts = anonymity.facts_of(seen, home)
    if home is None or home.country != "US" or not facts or any(hit.kind == "town" for hit in seen.places):
        return ()
    if anonymity.estimate(home.population or 0, facts).high >= CROWD:
        return ()
    return tuple((clue.start, clue.end) for clue in seen.clues if anonymity.counted(clue, home))


def remember(
    seen: Scan, *, post_id: str, date: str, subject: str, key: bytes, excerpt: str = "", location: str = ""
) -> tuple[LedgerEntry, ...]:
    """Return the ledger entries of a delivered post: one a clue, live matter or location tag, with a keyed digest of its value."""
    shares = {fact.name: fact.share for fact in anonymity.facts_of(seen, anonymity.base_of(seen, None)[0])}
    rarest = min(shares.values(), default=None)
    told = [(clue.kind, clue.text) for clue in seen.clues]
    told += [("live", seen.words.text[one.start : one.end]) for one in live_case.find(seen.words.text, _LIVE)]
    told += [("place", location)] if location.strip() else []
    return tuple(
        LedgerEntry(
            post_id,
            date,
            subject,
            kind,
            _digest(key, kind, text),
            text,
            rarest if kind in {"diagnosis", "status", "family"} else None,
            excerpt,
        )
        for kind, text in dict.fromkeys(told)
    )


def posts(entries: Iterable[LedgerEntry]) -> str:
    """Return the older posts in words: dates and what they told, each post once."""
    told: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        told.setdefault((entry.date, entry.post_id), []).append(entry.display)
    return "; ".join(f"{date}: “{', '.join(words)}”" for (date, _), words in sorted(told.items()))


def _digest(key: bytes, kind: str, text: str) -> str:
    return hmac.new(key, f"{kind}\0{' '.join(sorted(_content(text)))}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _content(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - word_list("plain")


def _agreeing(seen: Scan, entries: tuple[LedgerEntry, ...]) -> list[tuple[Span, LedgerEntry]]:
    """Pair every clue or live matter of the draft with the older entries of its kind that share a telling word."""
    here = [(clue.kind, (clue.start, clue.end)) for clue in seen.clues]
    here += [("live", (one.start, one.end)) for one in live_case.find(seen.words.text, _LIVE)]
    return [
        ((start, end), entry)
        for kind, (start, end) in here
        for entry in entries
        if entry.kind == kind and kind != "time" and _content(entry.display) & _content(seen.words.text[start:end])
    ]


def _contradicts(seen: Scan, entries: tuple[LedgerEntry, ...]) -> bool:
    """Tell whether a stated age, place, work or school of the draft differs from every older one of its kind."""
    for kind in _STATED:
        here = [_content(clue.text) for clue in seen.clues if clue.kind == kind]
        there = [_content(entry.display) for entry in entries if entry.kind == kind]
        if here and there and not any(one & other for one in here for other in there):
            return True
    return False


def _few(seen: Scan, entries: tuple[LedgerEntry, ...], pinned: str) -> bool:
    """Tell whether the upper end of the estimate over the union of details is below a hundred people; without a place, in `pinned`."""
    towns = [place for hit in seen.places for place in hit.entries[:1] if place.kind == "town"]
    towns += [place for entry in entries if entry.kind == "place" for place in places.named_in(entry.display)]
    sized = {place.population: place for place in towns or places.named_in(pinned) if place.population}
    if not sized:
        return False
    least = min(sized)
    facts = list(anonymity.facts_of(seen, sized[least]))
    shares = {entry.share for entry in entries if entry.share is not None} - {fact.share for fact in facts}
    facts += [anonymity.Fact("older post", share, anonymity.table()["spread"]["other"]) for share in sorted(shares)]
    return bool(facts) and anonymity.estimate(least, tuple(facts)).high < CROWD
