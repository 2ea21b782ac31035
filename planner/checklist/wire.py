"""Drafts from JSON and reports to JSON, as the command line, the store and the API speak them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from planner.checklist import circumstances
from planner.checklist.late import Late
from planner.checklist.report import Draft, MediaItem, Profile, Record, SourceFact

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from planner.checklist.report import Finding, Question, Report

_ADDRESSED = Late(
    r"\s*(?:@\w|(?:re(?:plying)?(?: to)?:? |hi |hello |hey |dear |thanks?(?: you)?(?: so much)?,? )(?:@\w|(?-i:[A-Z])[a-z]+\b[ ,!.:-]))",
    re.IGNORECASE,
)
_TEXTS = ("author", "platform", "country", "org_type", "post_type", "kind", "account", "location", "link_preview")
FIELDS = ("id", "text", *_TEXTS, "media", "record", "today")
"""What a draft may tell about itself in JSON; `today` is the day to judge its dates by."""
_RECORD = "`record` must be an object: sources is a list of {title, tier, kind, published}, dates as 2026-01-31, fields an object"
_LISTS = (
    "names",
    "phones",
    "emails",
    "domains",
    "addresses",
    "handles",
    "channels",
    "hashtag_cards",
    "lowered",
    "paid_partners",
    "paid_with",
    "partner_labels",
)


_PROFILE = (*_LISTS, "town", "employer", "credential_line", "raised")


class Malformed(ValueError):
    """A value that is no draft or profile; the message says what is wrong and what is expected."""


def draft_from(data: object) -> Draft:
    """Return the draft of one JSON object; `id` and `text` are required, of the rest FIELDS are read.

    Fields of other programs may stand beside them, unless one reads like a misspelled field. A platform may be one that we have no rule
    for, unless it reads like a misspelled one.

    Raises:
        Malformed: it is no object, a field is misspelled or has the wrong type, or a circumstance is none we know.
    """
    if not isinstance(data, dict):
        raise Malformed("a line must be a JSON object with `id` and `text`")
    _refuse_unknown(data, FIELDS, only_slips=True)
    for key in ("id", "text"):
        if not isinstance(data.get(key), str):
            raise Malformed(f"`{key}` is missing or no text: give a string")
    told = {key: data[key] for key in _TEXTS if data.get(key)}
    for key, value in told.items():
        if not isinstance(value, str):
            raise Malformed(f"`{key}` is no text: give a string or leave it out")
    told = {key: _known(key, value) for key, value in told.items()}
    return Draft(id=data["id"], text=data["text"], media=_media(data.get("media")), record=_record(data.get("record")), **told)


def day_of(data: Mapping[str, Any]) -> date | None:
    """Return the day that a draft's dates are judged by (`today`, as 2026-01-31), or None.

    Raises:
        Malformed: it is no day.
    """
    told = data.get("today")
    if told is None or isinstance(told, date):
        return told
    try:
        return date.fromisoformat(told)
    except (TypeError, ValueError):
        raise Malformed(f"`today` is {told!r}, which is no day: write it as 2026-01-31, or leave it out") from None


def _refuse_unknown(data: Mapping[str, Any], fields: Collection[str], *, only_slips: bool = False) -> None:
    for key in data:
        hint = "" if key in fields else circumstances.meant(str(key), fields, surely=only_slips)
        if key not in fields and (hint or not only_slips):
            raise Malformed(f"the field {key!r} is unknown{hint}: use {', '.join(fields)}")


def _known(key: str, value: str) -> str:
    """Return a circumstance as the rules write it: a misspelled one would let every rule that asks for it rest."""
    if key == "country":
        code = circumstances.country_of(value)
        if code is None:
            hint = circumstances.meant_country(value)
            raise Malformed(f"`country` is {value!r}, which is no country we know{hint}: {circumstances.COUNTRY_HINT}, or leave it out")
        return code
    listed = _listed(key)
    if listed is None:
        return value
    word = value.strip().lower()
    word = (circumstances.platform_of(value) or word) if key == "platform" else word
    if word not in listed and ((hint := circumstances.meant(word, listed)) or key != "platform"):
        raise Malformed(f"`{key}` is {value!r}{hint}: use {', '.join(listed)}, or leave it out")
    return word


def _listed(key: str) -> tuple[str, ...] | None:
    """Return the words that a field may hold, or None where it holds any text."""
    known = {
        "author": circumstances.AUTHORS,
        "kind": circumstances.KINDS,
        "org_type": circumstances.org_types(),
        "platform": circumstances.platforms(),
        "post_type": circumstances.post_types(),
    }
    return known.get(key)


def with_inferred_kind(draft: Draft) -> Draft:
    """Return a plain post that opens with a handle or with a greeting and a name as the reply that it is."""
    return replace(draft, kind="reply") if draft.kind == "post" and _ADDRESSED.match(draft.text) else draft


def profile_from(data: object, rules: Collection[str] | None = None) -> Profile:
    """Return the account profile of one JSON object: own names, phones, emails, domains, addresses, handles, town, settings.

    With `rules`, the ids of all rules, `raised` and `lowered` may name no other.

    Raises:
        Malformed: it is no object, a field is unknown or has the wrong type, or a rule is none we know.
    """
    if not isinstance(data, dict):
        raise Malformed("a profile must be a JSON object")
    _refuse_unknown(data, _PROFILE)
    lists = {key: _strings(data, key) for key in _LISTS if data.get(key) is not None}
    texts = {key: data[key] for key in ("town", "employer", "credential_line") if key in data}
    if not all(isinstance(value, str) for value in texts.values()):
        raise Malformed("`town`, `employer` and `credential_line` must be texts")
    raised = data.get("raised", {})
    if not isinstance(raised, dict) or not all(level in {"block", "ask", "advise"} for level in raised.values()):
        raise Malformed("`raised` must map rules to block, ask or advise")
    if rules is not None:
        _known_rules(rules, raised=raised, lowered=lists.get("lowered", ()))
    return Profile(
        **texts,
        names=lists.get("names", ()),
        phones=lists.get("phones", ()),
        emails=lists.get("emails", ()),
        domains=lists.get("domains", ()),
        addresses=lists.get("addresses", ()),
        handles=lists.get("handles", ()),
        channels=lists.get("channels"),
        hashtag_cards=lists.get("hashtag_cards"),
        paid_partners=lists.get("paid_partners", ()),
        paid_with=lists.get("paid_with", ()),
        partner_labels=lists.get("partner_labels", ()),
        raised=raised,
        lowered=frozenset(lists.get("lowered", ())),
    )


def _known_rules(rules: Collection[str], **named: Collection[str]) -> None:
    for key, names in named.items():
        for name in names:
            if name not in rules:
                hint = circumstances.meant(name, rules)
                raise Malformed(f"`{key}` names the rule {name!r}, which is none we know{hint}: docs/rules.md lists them all")


def report_line(report: Report, *, explain: bool = False) -> str:
    """Return the report as one line of ASCII JSON, keys in the documented order."""
    return json.dumps(report_data(report, explain=explain), ensure_ascii=True)


def report_data(report: Report, *, explain: bool = False) -> dict[str, Any]:
    """Return the report as plain values; evidence and the trace only with `explain`."""
    estimate = report.anonymity
    data: dict[str, Any] = {
        "id": report.id,
        "verdict": report.verdict,
        "findings": [_finding(finding, explain=explain) for finding in report.findings],
        "questions": [_question(question) for question in report.questions],
        "notes": [{"kind": note.kind, "text": note.text, "start": note.start, "end": note.end} for note in report.notes],
        "anonymity": None
        if estimate is None
        else {
            "text": estimate.text,
            "k": estimate.k,
            "low": estimate.low,
            "high": estimate.high,
            "ingredients": list(estimate.ingredients),
            "year": estimate.year,
        },
        "packs": dict(report.packs),
        "summary": report.summary,
    }
    if explain:
        data["explained"] = list(report.explained)
    return data


def _finding(finding: Finding, *, explain: bool) -> dict[str, Any]:
    source, offer, question = finding.source, finding.suggestion, finding.question
    data: dict[str, Any] = {
        "id": finding.id,
        "rule": finding.rule,
        "variant": finding.variant,
        "level": finding.level,
        "fingerprint": finding.fingerprint,
        "start": finding.start,
        "end": finding.end,
        "quote": finding.quote,
        "message": finding.message,
        "why": finding.why,
        "source": {"id": source.id, "title": source.title, "url": source.url, "edition": source.edition, "reviewed": source.reviewed},
        "suggestion": None if offer is None else {"kind": offer.kind, "start": offer.start, "end": offer.end, "text": offer.text},
        "question": None if question is None else _question(question),
        "subject": finding.subject,
        "clue": finding.clue,
    }
    if explain:
        data["evidence"] = list(finding.evidence)
    return data


def _question(question: Question) -> dict[str, Any]:
    answers = [{"key": answer.key, "label": answer.label, "effect": answer.effect} for answer in question.answers]
    return {"id": question.id, "kind": question.kind, "text": question.text, "answers": answers}


def _strings(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = data[key]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Malformed(f"`{key}` must be a list of texts")
    return tuple(values)


def _record(told: object) -> Record | None:
    """Return what stands beside a draft: sources, fields, expired, apps, called lines; None when nothing is told."""
    if told is None:
        return None
    if not isinstance(told, dict):
        raise Malformed(_RECORD)
    try:
        return Record(
            sources=tuple(_source(row) for row in told.get("sources", ())),
            fields=tuple((str(name), str(value)) for name, value in told.get("fields", {}).items()),
            expired=tuple((str(title), str(why)) for title, why in told.get("expired", ())),
            apps=tuple(str(name) for name in told.get("apps", ())),
            called=tuple(str(name) for name in told.get("called", ())),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Malformed(_RECORD) from None


def _source(row: Mapping[str, Any]) -> SourceFact:
    published = str(row.get("published") or "")
    if published:
        date.fromisoformat(published)
    return SourceFact(str(row["title"]), str(row.get("tier", "other")), row.get("kind", "statistic"), published)


def _media(listed: object) -> tuple[MediaItem, ...]:
    if listed is None:
        return ()
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise Malformed("`media` must be a list of objects like {kind, name, alt, description, has_gps}")
    items = []
    for item in listed:
        texts = {key: item[key] for key in ("kind", "name", "alt", "description") if item.get(key) is not None}
        if not all(isinstance(value, str) for value in texts.values()):
            raise Malformed("`media`: kind, name, alt and description must be texts")
        items.append(
            MediaItem(
                **texts,
                has_gps=bool(item.get("has_gps")),
                has_captions=bool(item.get("has_captions")),
                decorative=bool(item.get("decorative")),
            )
        )
    return tuple(items)
