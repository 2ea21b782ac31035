"""Plug-ins for what a draft asks of its readers, and for what the account has registered."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from planner.checklist.appearance import tags
from planner.checklist.report import Candidate
from planner.checklist.topics import matcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.checklist.reading import Reading
    from planner.checklist.rule import Rule


def ask_count(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield the demand that is one too many.

    Options: `demands` (patterns on the masked view; group 1 is the demand), `limit`, `within` (how many characters the demands may
    lie apart: long advice asks for many things, never for all of them at once), and `lists` (patterns of drafts whose list is one
    action or an agenda). Each demand counts once by its words, all ways to attend (`attend`) count as one.
    """
    options = rule.options
    if next(reading.letters.every(options["lists"], "masked"), None) is not None:
        return
    told: dict[str, tuple[int, int]] = {}
    for found in reading.letters.every(options["demands"], "masked"):
        words = " ".join(found[1].lower().split())
        told.setdefault("" if words.split()[0] in options["attend"] else words, found.span(1))
    spans, limit, within = list(told.values()), int(options["limit"]), int(options["within"])
    for (first, last), (earliest, _) in zip(spans[limit:], spans, strict=False):
        if first - earliest > within:
            continue
        start, end = reading.views.masked.to_raw(first, last)
        yield Candidate(rule.id, rule.variant, "advise", start, end, fields={"count": str(len(told)), "quote": reading.folded[first:last]})
        return


def near_election(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield matches of `pattern` when an election of `dates` lies at most `days` ahead; without a day, nothing."""
    today = reading.today
    if today is None:
        return
    window = timedelta(days=int(rule.options["days"]))
    if not any(isinstance(day, date) and timedelta(0) <= day - today <= window for day in rule.options["dates"]):
        return
    for match in matcher(tuple(rule.options["pattern"])).finditer(reading.folded):
        start, end = reading.views.folded.to_raw(*match.span())
        yield Candidate(rule.id, rule.variant, "advise", start, end, fields={"quote": match[0]})


def channel_register(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield channels (option `channels`: name -> pattern) that the account's profile does not list; without a list, nothing."""
    listed = reading.profile.channels
    if listed is None:
        return
    known = {channel.lower() for channel in listed}
    for name, pattern in rule.options["channels"].items():
        if name.lower() in known:
            continue
        for match in matcher((pattern,)).finditer(reading.folded):
            start, end = reading.views.folded.to_raw(*match.span())
            yield Candidate(rule.id, rule.variant, "advise", start, end, fields={"quote": match[0], "channel": name})


def hashtag_card(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield hashtags without a card in the account's hashtag bank; without a bank, nothing."""
    cards = reading.profile.hashtag_cards
    if cards is None:
        return
    known = {card.lower().lstrip("#") for card in cards}
    for match in tags(reading.folded):
        if match[1].lower() not in known:
            start, end = reading.views.folded.to_raw(*match.span())
            yield Candidate(rule.id, rule.variant, "advise", start, end, fields={"quote": match[0]})


def paid_partner(rule: Rule, reading: Reading) -> Iterator[Candidate]:
    """Yield where a draft names a partner who pays, or its beginning when it is made with one, and no label (option `labels`) says so."""
    profile, text = reading.profile, reading.folded
    if not profile.paid_partners and not profile.paid_with:
        return
    own = tuple(re.escape(label) for label in profile.partner_labels if label)
    if re.search("|".join((*rule.options["labels"], *own)), text, re.IGNORECASE):
        return
    names = "|".join(re.escape(name) for name in profile.paid_partners if name)
    found = re.search(rf"(?<!\w)(?:{names})(?!\w)", text, re.IGNORECASE) if names else None
    if found is not None:
        yield Candidate(rule.id, rule.variant, "advise", *reading.views.folded.to_raw(*found.span()), fields={"quote": found[0]})
    elif profile.paid_with and text.strip():
        first = len(text) - len(text.lstrip())
        last = first + len(text.split()[0])
        yield Candidate(rule.id, rule.variant, "advise", *reading.views.folded.to_raw(first, last), fields={"quote": profile.paid_with[0]})
