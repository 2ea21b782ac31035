"""One rule file from TOML tables to rules, with every fault named by file, rule and mend."""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from planner.checklist import rulefacts
from planner.checklist.circumstances import meant
from planner.checklist.kinds import ELSEWHERE, PLUGINS
from planner.checklist.needles import known
from planner.checklist.patterns import BadPattern, compiled, lint, phrase, shown
from planner.checklist.report import Answer, Question, Source
from planner.checklist.rule import Example, Offer, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

_VIEWS = ("raw", "folded", "masked", "words")
_TEXTS = (
    "match",
    "unless",
    "unless_near",
    "also",
    "without",
    "also_draft",
    "without_draft",
    "jurisdiction",
    "org_types",
    "platforms",
    "kinds",
    "authors",
    "post_types",
)
_LISTS = (*_TEXTS, "needs_topic", "needs_absent", "guards", "rejected", "flags", "passes")
_KNOWN = frozenset(
    {
        *_LISTS,
        "id",
        "variant",
        "revision",
        "level",
        "levels",
        "certainty",
        "view",
        "case",
        "plugin",
        "options",
        "message",
        "why",
        "source",
        "reviewed",
        "review_after",
        "question",
        "clears",
        "answers",
        "suggestion",
        "once",
    }
)
_HOUSE_SOURCE = Source("house", "Your organization's own list", "", "", "")
_SHORTEST = 3
_YES_NO = {"yes": "Yes", "no": "No"}
_ANSWERED = {"yes": "I know, and the words can stay", "no": "Not yet"}
_OPEN = ("How", "What", "When", "Where", "Which", "Who", "Why")
"""A question that begins so asks for more than yes or no; its answers keep their keys."""


Read = tuple[dict[str, str], list[Rule], list[str]]


def read_pack(name: str, data: Mapping[str, Any], sources: Mapping[str, Source]) -> Read:
    """Return the pack's version, its rules and every fault of one file of the content bank."""
    pack = data.get("pack", {})
    faults = [f"{name}: [pack] has no {key}: add it" for key in ("id", "version", "language") if not pack.get(key)]
    rules = []
    for index, row in enumerate(data.get("rule", []), 1):
        where = f"{name}, {row.get('id') or f'rule {index}'}" + (f" ({row['variant']})" if row.get("variant") else "")
        found = _faults_of(row, sources) + _identity(row, str(pack.get("id", "")))
        faults.extend(f"{where}: {fault}" for fault in found)
        if not found:
            rules.append(_rule(row, str(pack.get("id", "")), sources[row["source"]]))
    return {str(pack.get("id", name)): str(pack.get("version", ""))}, rules, faults


def read_house(name: str, data: Mapping[str, Any], _sources: Mapping[str, Source]) -> Read:
    """Return the rules of one file of house phrases; a house phrase is plain words with `*`, never an expression."""
    faults: list[str] = []
    rules = []
    for index, row in enumerate(data.get("phrase", []), 1):
        words, reason, added, level = (row.get(key) for key in ("text", "reason", "added", "level"))
        where = f"{name}, phrase {index}"
        if not isinstance(words, str) or len(words.replace("*", "").strip()) < _SHORTEST:
            faults.append(f"{where}: `text` needs at least three letters: write the phrase out")
        elif not isinstance(reason, str) or not reason.strip():
            faults.append(f"{where}: it has no `reason`: say why the house flags it")
        elif not isinstance(added, date):
            faults.append(f"{where}: it has no `added` date: write added = 2026-01-31 without quotes")
        elif level not in {None, "advise", "ask"}:
            faults.append(f"{where}: the level {level!r} is not for house rules: use advise or ask")
        else:
            question = _question("house", {"question": "Does this have to stay?"})
            rules.append(
                Rule(
                    id="house.phrase",
                    variant=words,
                    pack="house",
                    revision=1,
                    level=level or "advise",
                    message="“{quote}” is on your organization's own list.",
                    why=reason,
                    source=_HOUSE_SOURCE,
                    reviewed=added,
                    match=(phrase(words),),
                    question=question,
                )
            )
    return {f"house/{name}": str(data.get("pack", {}).get("version", "1"))}, rules, faults


def _faults_of(row: Mapping[str, Any], sources: Mapping[str, Source]) -> list[str]:
    return [*_shape(row), *_wording(row, sources), *_examples(row), *_constructions(row)]


def _identity(row: Mapping[str, Any], pack: str) -> list[str]:
    """A rule's id is its pack's id, a dot and a name, so that settings, overrides and pages find it."""
    told = row.get("id")
    if not told or not pack or (isinstance(told, str) and re.fullmatch(rf"{re.escape(pack)}\.[a-z0-9-]+", told)):
        return []
    return [f"the id {told!r} does not fit: write {pack}. and a name of small letters, digits and hyphens"]


def _shape(row: Mapping[str, Any]) -> list[str]:
    faults = [f"the key {key!r} is unknown{meant(key, _KNOWN)}: correct its spelling or remove it" for key in sorted(set(row) - _KNOWN)]
    faults += [f"{key} must be a list: write it in [brackets]" for key in _LISTS if not isinstance(row.get(key, []), list)]
    faults += [f"{key} holds something else than text: quote every entry" for key in _TEXTS if not _all_text(row.get(key, []))]
    if row.get("level") not in rulefacts.LEVELS:
        faults.append(f"the level {row.get('level')!r} is unknown: use block, ask, advise or note")
    if row.get("view", "folded") not in _VIEWS:
        faults.append(f"the view {row['view']!r} is unknown: use raw, folded, masked or words")
    if row.get("case", "ignore") not in {"ignore", "exact"}:
        faults.append(f"the case {row['case']!r} is unknown: use ignore or exact")
    if bool(row.get("match")) == bool(row.get("plugin")):
        faults.append("it needs either `match` or `plugin`: give exactly one")
    if row.get("plugin") and row["plugin"] not in {ELSEWHERE, *PLUGINS}:
        faults.append(f"the plugin {row['plugin']!r} is unknown: use one of {', '.join(sorted(PLUGINS))}")
    return faults + rulefacts.faults_of(row)


def _all_text(values: object) -> bool:
    return not isinstance(values, list) or all(isinstance(value, str) for value in values)


def _wording(row: Mapping[str, Any], sources: Mapping[str, Source]) -> list[str]:
    faults = [f"it has no {key}: every rule tells it" for key in ("id", "message", "why", "source") if not row.get(key)]
    if row.get("source") and row["source"] not in sources:
        faults.append(
            f"the source {row['source']!r} is not in sources.toml{meant(str(row['source']), sources)}: add it there or use another"
        )
    faults += [
        f"it has no {key} date: write {key} = 2026-01-31 without quotes"
        for key in ("reviewed", "review_after")
        if not isinstance(row.get(key), date)
    ]
    if row.get("match"):
        places = {place for key in ("message", "why") for place in re.findall(r"\{(\w+)\}", str(row.get(key, "")))} - {"quote"}
        faults += [f"the place {{{place}}} is never filled: write {{quote}} for the words that were found" for place in sorted(places)]
    if row.get("level") == "ask" and not row.get("question"):
        faults.append("a rule of level ask needs a question: add one")
    if row.get("level") != "note" and not (row.get("question") or row.get("suggestion")):
        faults.append("it offers neither a suggestion nor a question: add one")
    return faults


def _examples(row: Mapping[str, Any]) -> list[str]:
    faults = []
    for key, least in (("flags", 2), ("passes", 3)):
        examples = row.get(key, [])
        if len(examples) < least:
            faults.append(f"it has {len(examples)} {key}, {least} are needed: write more examples")
        if not all(isinstance(one, str) or (isinstance(one, dict) and isinstance(one.get("text"), str)) for one in examples):
            faults.append(f"an entry of {key} is neither a text nor a table with `text`: correct it")
    return faults


def _constructions(row: Mapping[str, Any]) -> list[str]:
    """Look over and compile what is new: patterns in `needles.tsv.z` were looked over when it was built."""
    patterns = [
        pattern
        for key in ("match", "also", "without", "also_draft", "without_draft")
        for pattern in row.get(key, [])
        if isinstance(pattern, str)
    ]
    faults = []
    for pattern in patterns:
        try:
            if not known(pattern):
                faults += [f"the pattern {shown(pattern)}: {fault}" for fault in lint(pattern)]
                compiled(pattern, ignore_case=True)
        except BadPattern as error:
            faults.append(str(error))
    return faults


def _rule(row: Mapping[str, Any], pack: str, source: Source) -> Rule:
    lists = {key: tuple(row[key]) for key in (*_TEXTS, "needs_topic", "needs_absent", "guards") if key in row}
    return Rule(
        id=row["id"],
        variant=row.get("variant", ""),
        pack=pack,
        revision=row.get("revision", 1),
        level=row["level"],
        message=row["message"],
        why=row["why"],
        source=source,
        reviewed=row["reviewed"],
        review_after=row["review_after"],
        plugin=row.get("plugin", ""),
        options=MappingProxyType(row.get("options", {})),
        view=row.get("view", "folded"),
        ignore_case=row.get("case", "ignore") == "ignore",
        certainty=row.get("certainty", "context"),
        levels=MappingProxyType(row.get("levels", {})),
        once=row.get("once", False),
        question=_question(row["id"] + (f"/{row['variant']}" if row.get("variant") else ""), row) if row.get("question") else None,
        offer=_offer(row.get("suggestion")),
        flags=_told(row["flags"]),
        passes=_told(row["passes"]),
        **lists,
    )


def _question(key: str, row: Mapping[str, Any]) -> Question:
    """A question is cleared by yes unless the rule says `clears = "no"`, or lists its own answers."""
    if row.get("answers"):
        answers = tuple(Answer(one["key"], one["label"], one["effect"]) for one in row["answers"])
    else:
        clears = row.get("clears", "yes")
        labels = _ANSWERED if row["question"].startswith(_OPEN) else _YES_NO
        answers = tuple(Answer(name, label, "clear" if name == clears else "keep") for name, label in labels.items())
    return Question(id=key, text=row["question"], kind="finding", answers=answers)


def _offer(row: Mapping[str, Any] | None) -> Offer | None:
    if row is None:
        return None
    texts = row.get("text", "")
    return Offer(
        row["kind"], MappingProxyType({"*": texts} if isinstance(texts, str) else {key.lower(): text for key, text in texts.items()})
    )


def _told(examples: list[Any]) -> tuple[Any, ...]:
    return tuple(
        Example(one) if isinstance(one, str) else Example(one["text"], {key: value for key, value in one.items() if key != "text"})
        for one in examples
    )
