"""Why a rule spoke or stayed silent: one line per gate, in the order in which a draft passes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.checklist import guards, kinds, match, runner, wording
from planner.checklist.confidentiality import examine
from planner.checklist.confidentiality.subjects import strongest_words
from planner.checklist.patterns import shown
from planner.checklist.text import views

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from planner.checklist.reading import Hit, Reading
    from planner.checklist.report import Draft, Examination, Profile
    from planner.checklist.rule import Packs, Rule

_CIRCUMSTANCES = {
    "jurisdiction": ("country", "country"),
    "org_types": ("organization", "org_type"),
    "platforms": ("platform", "platform"),
    "kinds": ("kind", "kind"),
    "post_types": ("type of post", "post_type"),
    "authors": ("author", "author"),
}
"""Key of a rule -> the gate's name and the draft's own field."""
_BARRIERS = {
    "also_draft": "the draft nowhere matches",
    "without_draft": "the draft somewhere matches",
    "also": "its sentence does not match",
    "without": "its sentence matches",
    "unless": "it stands inside",
    "unless_near": "within six words stands",
}
_READS_LIKE = "reads-like"
_SHOWN, _LONG = 60, 120
_MOST = 6
"""So many places of one rule are told one by one."""


class Gate(NamedTuple):
    """One gate: its name, whether the draft passed it, and what was looked at."""

    name: str
    passed: bool
    told: str

    def __str__(self) -> str:
        """Return the gate as one line."""
        return f"{self.name}: {'passed' if self.passed else 'STOPPED'}: {self.told}"


def gates(
    rule: Rule,
    draft: Draft,
    examination: Examination,
    *,
    packs: Packs,
    profile: Profile | None = None,
    today: date | None = None,
) -> tuple[Gate, ...]:
    """Return the gates of a rule up to the one that stopped the draft; where each hit has its own, the last ones may differ."""
    read = views(draft.text)
    reading = runner.opened(draft, read, examination, packs=packs, profile=profile, today=today)
    found: list[Gate] = []
    for gate in _before(rule, reading):
        found.append(gate)
        if not gate.passed:
            return tuple(found)
    if rule.plugin == kinds.ELSEWHERE:
        seen = [one for one in examination.candidates if (one.rule, one.variant) == (rule.id, rule.variant)]
        at = ", ".join(f"“{_short(draft.text[one.start : one.end])}”" for one in seen) or "nothing"
        found.append(Gate("detector", bool(seen), f"the confidentiality detector, which this entry only words, finds {at}"))
        standing = bool(seen)
    else:
        standing = _hits(rule, reading, found)
    if standing:
        report = runner.run(draft, read, examination, packs=packs, profile=profile, today=today)
        told = [f"{one.level} for “{_short(one.quote)}”" for one in report.findings if (one.rule, one.variant) == (rule.id, rule.variant)]
        told += [f"note “{_short(note.text)}”" for note in report.notes if note.kind == rule.id]
        why = (
            "; ".join(told) or "outvoted: a stricter or longer finding of the same rule stands there, or the whole draft speaks against it"
        )
        found.append(Gate("report", bool(told), why))
    return tuple(found)


def explained(rules: Iterable[Rule], draft: Draft, *, packs: Packs, profile: Profile | None, today: date | None) -> tuple[str, ...]:
    """Return the gates of several entries for one draft, each entry under a line with its name."""
    examination = examine(draft, views(draft.text), profile, None)
    lines = []
    for rule in rules:
        lines.append(f"rule {name_of(rule)} ({rule.level}):")
        lines += [f"  {gate}" for gate in gates(rule, draft, examination, packs=packs, profile=profile, today=today)]
    return tuple(lines)


def wording_of(draft: Draft) -> str:
    """Return which words speak most for one particular served person, as a line of explanation."""
    words = strongest_words(views(draft.text).folded.text)
    return "words that speak most for one particular person: " + (", ".join(f"“{word}”" for word in words) or "none")


def name_of(rule: Rule) -> str:
    """Return how a rule is asked for: `id`, or `id/variant`."""
    return f"{rule.id}/{rule.variant}" if rule.variant else rule.id


def stopped_by(passed: tuple[Gate, ...]) -> str:
    """Return the last gate that stopped the draft, as the end of a sentence; empty when none did."""
    stops = [gate for gate in passed if not gate.passed]
    return f"{stops[-1].name} ({stops[-1].told})" if stops else ""


def _before(rule: Rule, reading: Reading) -> Iterator[Gate]:
    """Yield the gates that stand before any word is looked for: circumstances and topics."""
    wrong = match.misfit(rule, reading.draft)
    for key, (name, field) in _CIRCUMSTANCES.items():
        wanted: tuple[str, ...] = getattr(rule, key)
        if wanted and wanted != ("any",):
            told = getattr(reading.draft, field) or "none"
            yield Gate(name, key != wrong, f"the rule speaks for {', '.join(wanted)}, the draft tells {told}")
    touched = ", ".join(sorted(reading.topics)) or "none"
    if rule.needs_topic:
        passed = reading.topics.issuperset(rule.needs_topic)
        yield Gate("topic", passed, f"needs {', '.join(rule.needs_topic)}; the draft touches {touched}")
    if rule.needs_absent:
        passed = reading.topics.isdisjoint(rule.needs_absent)
        yield Gate("topic", passed, f"must not touch {', '.join(rule.needs_absent)}; the draft touches {touched}")


def _hits(rule: Rule, reading: Reading, found: list[Gate]) -> bool:
    """Add the gates of every place that the rule finds; tell whether one passed them all."""
    hits = match.hits(rule, reading)
    if rule.plugin:
        hits = [reading.hit(one.start, one.end) for one in kinds.run(rule, reading)]
        found.append(Gate("plug-in", bool(hits), _plugin(rule, hits, reading)))
    else:
        found += _patterns(rule, reading)
    barred = match.draft_barrier(rule, reading) if hits else None
    if barred is not None:
        found.append(Gate(barred[0], passed=False, told=f"{_BARRIERS[barred[0]]} {shown(barred[1])}"))
        return False
    return any([_hit(rule, hit, reading, found) for hit in hits[:_MOST]])  # noqa: C419 - every place is told, not only the first that stands


def _patterns(rule: Rule, reading: Reading) -> list[Gate]:
    met = []
    for pattern in rule.match:
        spans = sorted(
            span for part in match.parts((pattern,)) for span in reading.letters.spans(part, rule.view, ignore_case=rule.ignore_case)
        )
        words = [f"“{_short(getattr(reading.views, rule.view).text[slice(*span)])}”" for span in spans[:_MOST]]
        if words:
            met.append(Gate("pattern", passed=True, told=f"{_short(shown(pattern), _LONG)} matches {', '.join(words)}"))
    count = len(rule.match)
    none = f"{_short(shown(rule.match[0]), _LONG)} matches nowhere" if count == 1 else f"none of its {count} patterns matches"
    return met or [Gate("pattern", passed=False, told=f"{none} (view {rule.view}, case {'ignored' if rule.ignore_case else 'exact'})")]


def _plugin(rule: Rule, hits: list[Hit], reading: Reading) -> str:
    told = ", ".join(f"“{_short(hit.words)}”" if hit.words else "what is missing" for hit in hits[:_MOST]) or "nothing"
    if rule.plugin != _READS_LIKE:
        return f"{rule.plugin} finds {told}"
    table, target = wording.fitted(), str(rule.options.get("target", rule.id))
    strongest = ", ".join(f"“{word}”" for _, word in wording.speaks_for(wording.plain(reading.views.masked.text), target, table)[:3])
    return (
        f"the word score of the whole draft is {reading.wording[target]:.2f} and needs {table.thresholds[target]:.2f}; "
        f"strongest words: {strongest or 'none'}"
    )


def _hit(rule: Rule, hit: Hit, reading: Reading, found: list[Gate]) -> bool:
    """Add the gates of one place; tell whether it passed them."""
    quote = f"“{_short(hit.words)}”"
    barred = None if rule.plugin else match.barrier(rule, hit, reading)
    if barred is not None:
        said = shown(barred[1]) if barred[0] in {"also", "without"} else f"“{barred[1]}”"
        found.append(Gate(barred[0], passed=False, told=f"{quote}: {_BARRIERS[barred[0]]} {said}"))
        return False
    trace: list[str] = []
    level = match.guarded(rule, hit, reading, trace)
    steps = [step.partition("] ")[2].partition(": ") for step in trace]
    for name, _, effect in steps:
        gate, why = (f"guard {name}", guards.TOLD[name]) if name in guards.TOLD else ("score", name)
        found.append(Gate(gate, effect != "drop", f"{quote}: {why}; {'dropped' if effect == 'drop' else 'a milder level'}"))
    if level is not None and not steps:
        tried = f"none of {', '.join(rule.guards)} holds it back" if rule.guards else "the rule has no guards"
        found.append(Gate("guards", passed=True, told=f"{quote}: {tried}"))
    return level is not None


def _short(words: str, most: int = _SHOWN) -> str:
    told = " ".join(words.split())
    return told if len(told) <= most else told[: most - 1].rstrip() + "…"
