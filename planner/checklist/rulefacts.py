"""The values of a rule file that must be known words: a misspelled one would leave a rule dead, and its benign examples would agree."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from planner.checklist import circumstances, wire
from planner.checklist.topics import every

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = ("block", "ask", "advise", "note")
EFFECTS = ("clear", "keep", "raise")
GUARDS = frozenset({"mention", "negated", "rebutted", "self", "name", "question", "own", "published", "fiction", "consent", "general"})
_OFFERS = ("replace", "delete", "insert", "rewrite")
_CLEARS = ("yes", "no")
_CERTAINTIES = ("exact", "context")


def faults_of(row: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the words of a rule; what is no list or table at all has been told already."""
    return [*_names(row), *_countries(row), *_levels(row), *_choices(row), *_days(row), *_examples(row)]


def _names(row: Mapping[str, Any]) -> list[str]:
    topics = {topic.name for topic in every()}
    known = (
        ("guards", "guard", GUARDS),
        ("needs_topic", "topic", topics),
        ("needs_absent", "topic", topics),
        ("org_types", "organization type", circumstances.org_types()),
        ("platforms", "platform", circumstances.platforms()),
        ("kinds", "kind", circumstances.KINDS),
        ("authors", "author", circumstances.AUTHORS),
        ("post_types", "type of post", circumstances.post_types()),
    )
    return [
        f"the {kind} {name!r} is unknown{circumstances.meant(str(name), listed)}: use one of {', '.join(sorted(listed))}"
        for key, kind, listed in known
        for name in _listed(row, key)
        if name not in listed
    ]


def _countries(row: Mapping[str, Any]) -> list[str]:
    return [_no_country("jurisdiction", name) for name in _listed(row, "jurisdiction") if name != circumstances.ANYWHERE and _strange(name)]


def _levels(row: Mapping[str, Any]) -> list[str]:
    told = row.get("levels", {})
    if not isinstance(told, dict) or not all(level in LEVELS for level in told.values()):
        return ['levels must map organizations, countries or authors to block, ask, advise or note: write { "CA-ON" = "block" }']
    named = (*circumstances.org_types(), *circumstances.AUTHORS)
    others = f", or one of {', '.join(sorted(named))}"
    return [_no_country("levels", key, others) for key in told if key not in named and _strange(key)]


def _strange(name: object) -> bool:
    return isinstance(name, str) and not circumstances.is_code(name)


def _no_country(key: str, name: str, others: str = "") -> str:
    code = circumstances.country_of(name)
    hint = f" (write {code})" if code else circumstances.meant_country(name)
    return f"{key} names {name!r}, which is unknown{hint}: use a code such as US, GB, NZ or CA-ON{others}"


def _choices(row: Mapping[str, Any]) -> list[str]:
    offer = row.get("suggestion") or {}
    kind = offer.get("kind") if isinstance(offer, dict) else offer
    chosen = [
        ("certainty", row.get("certainty", "context"), _CERTAINTIES),
        ("clears", row.get("clears", "yes"), _CLEARS),
        *((("kind of the suggestion", kind, _OFFERS),) if row.get("suggestion") else ()),
    ]
    faults = [f"the {name} {value!r} is unknown: use one of {', '.join(listed)}" for name, value, listed in chosen if value not in listed]
    return faults + answer_faults(row.get("answers", []))


def answer_faults(answers: object) -> list[str]:
    """Return what is wrong with the answers of a question."""
    if not isinstance(answers, list) or not all(isinstance(one, dict) and set(one) == {"key", "label", "effect"} for one in answers):
        return ['answers must be a list of tables: write [{ key = "no", label = "No", effect = "clear" }]']
    return [
        f"the effect {one['effect']!r} of the answer {one['key']!r} is unknown: use one of {', '.join(EFFECTS)}"
        for one in answers
        if one["effect"] not in EFFECTS
    ]


def _days(row: Mapping[str, Any]) -> list[str]:
    first, then = row.get("reviewed"), row.get("review_after")
    if isinstance(first, date) and isinstance(then, date) and then <= first:
        return [f"review_after {then} is not later than reviewed {first}: write the day by which somebody should look at it again"]
    return []


def _examples(row: Mapping[str, Any]) -> list[str]:
    """Find circumstances of examples that no draft could have."""
    faults = []
    for one in (
        one for key in ("flags", "passes") for one in _listed(row, key) if isinstance(one, dict) and isinstance(one.get("text"), str)
    ):
        facts = {key: value for key, value in one.items() if key != "profile"}
        try:
            wire.draft_from({"id": "example", **facts})
            wire.day_of(facts)
            wire.profile_from(one.get("profile", {}))
        except wire.Malformed as error:
            faults.append(f"the example {one['text']!r}: {error}")
    return faults


def _listed(row: Mapping[str, Any], key: str) -> list[Any]:
    values = row.get(key, [])
    return values if isinstance(values, list) else []
