"""Write `docs/rules.md` from the rule packs: python -m tools.write_rules_page [--check]."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from planner.checklist.bank import BANK
from planner.checklist.rules import InvalidRules, load
from planner.domain.errors import SetupError
from planner.domain.library import UNVERIFIED
from planner.services import help_lines, shelf

if TYPE_CHECKING:
    from planner.checklist.rule import Example, Packs, Rule

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules.md"
_FAMILIES = {
    "confidentiality": "Confidentiality",
    "boundaries": "Boundaries",
    "claims": "Claims and advice",
    "tone": "Tone and person-first language",
    "safety": "Safe messaging",
    "advocacy": "Advocacy",
    "accessibility": "Accessibility",
}
_LEVELS = {
    "block": "must change before it goes out, or be overridden with a reason",
    "ask": "the author answers a question first",
    "advise": "shown, never in the way",
    "note": "a remark; never changes the verdict",
}
_FACTS = {"country": "{}", "org_type": "{}", "platform": "on {}", "kind": "{}", "post_type": "type {}", "author": "{}", "today": "on {}"}
"""How a circumstance of an example is told behind it."""
_INTRO = """# The rules of the checklist

Generated from `content_bank/rules/` by `make rules`; do not edit this page. This is product design, not legal or clinical advice: no
clinician, lawyer or person with lived experience has signed these rules yet.
Which row of the standards stands where, and what differs on purpose: [rules-coverage.md](rules-coverage.md).

"""


def page(packs: Packs) -> str:
    """Return the page: levels, then every rule of every family with its reason, source and examples."""
    parts = [_INTRO, "| level | meaning |\n|---|---|\n", *(f"| {level} | {meaning} |\n" for level, meaning in _LEVELS.items())]
    for family, title in _FAMILIES.items():
        parts.append(f"\n## {title}\n")
        parts += [_rule(rule) for rule in packs.rules if rule.pack == family]
    return "".join((*parts, *_countries(), *_lines()))


def _countries() -> list[str]:
    """Return per country its emergency number and what its law changes, with how sure each is."""
    titles = {one.id: f"[{one.title}]({one.url})" for one in shelf.load(BANK).guidelines}
    rows = ["\n## Countries\n\nFrom `content_bank/countries.toml`. A note that was read second-hand names no clause.\n\n"]
    rows.append("| country | emergency number | law and professional bodies |\n|---|---|---|\n")
    for one in help_lines.countries(BANK):
        notes = "<br>".join(f"{note.text} {titles[note.source]}{'' if note.read else ' (read second-hand)'}" for note in one.law)
        rows.append(f"| {one.name} (`{one.code}`) | {one.emergency} ({one.state}) | {notes or 'nothing built in'} |\n")
    return rows


def _lines() -> list[str]:
    """Return every help line with who has checked it."""
    rows = [
        "\n## Help lines\n\nFrom `content_bank/crisis_lines.toml`. None is put into a post by itself. One that nobody has called is remarked on when a post gives its number, and asked about when it comes from the shelf.\n\n"
    ]
    rows.append("| country | line | how to reach it | seen in | state |\n|---|---|---|---|---|\n")
    for item in help_lines.lines(BANK):
        state = UNVERIFIED if item.checked_on is None else f"checked {item.checked_on.isoformat()}, again by {item.review_on}"
        rows.append(f"| {item.fields['region']} | [{item.title}]({item.url}) | {item.fields['contact']} | {item.source} | {state} |\n")
    return rows


def _rule(rule: Rule) -> str:
    named = f"`{rule.id}`" + (f" · {rule.variant}" if rule.variant else "")
    levels = f"**{rule.level}**" + "".join(f", {level} for {who}" for who, level in sorted(rule.levels.items()))
    lines = [f"\n### {named}\n", f"{levels}. {rule.message}\n", f"{rule.why}\n"]
    if rule.question is not None:
        lines.append(f"Asked: {rule.question.text}\n")
    lines += [f"{only}.\n" for only in _only(rule)]
    lines.append(f"Flags, for example: {_told(rule.flags[0])}. Lets pass: {_told(rule.passes[0])}.\n")
    source = rule.source
    lines.append(f"Source: [{source.title}]({source.url}) ({source.edition}); rule reviewed {rule.reviewed.isoformat()}.\n")
    return "\n".join(lines)


def _only(rule: Rule) -> list[str]:
    """Return the conditions on a draft's circumstances and topics, each as a sentence without its full stop."""
    conditions = (
        ("Only in", () if rule.jurisdiction == ("any",) else rule.jurisdiction),
        ("Only for organizations", rule.org_types),
        ("Only on", rule.platforms),
        ("Only in texts of the kind", rule.kinds),
        ("Only in posts of the type", rule.post_types),
        ("Only when the writer is, or has not said to be", rule.authors),
        ("Only beside the topic", rule.needs_topic),
        ("Never beside the topic", rule.needs_absent),
    )
    return [f"{words}: {', '.join(values)}" for words, values in conditions if values]


def _told(example: Example) -> str:
    """Return an example with the circumstances that it is told in: “We will ...” (NZ)."""
    facts = [
        _FACTS.get(key, f"{key} {{}}").format(value) for key, value in example.facts.items() if key in _FACTS or isinstance(value, str)
    ]
    facts += ["with a profile"] * ("profile" in example.facts)
    facts += ["with what stands beside it"] * bool({"media", "record"} & set(example.facts))
    return _quoted(example.text) + (f" ({', '.join(facts)})" if facts else "")


def _quoted(text: str) -> str:
    words = " ".join(text.split()).replace("|", "/")
    return f"“{words if len(words) <= 140 else words[:139].rstrip() + '…'}”"  # noqa: PLR2004 - one line of a page


def main(argv: list[str]) -> int:
    """Write the page; with `--check` only tell (1) whether it is out of date. A file that cannot be read is told in one sentence (3)."""
    try:
        text = page(load())
    except (InvalidRules, SetupError) as error:
        print(f"{PAGE.name} was not written: {error}", file=sys.stderr)
        return 3
    if "--check" in argv:
        fresh = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print("docs/rules.md is up to date." if fresh else "docs/rules.md is out of date: run `make rules`.")
        return int(not fresh)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.name}: {len(text.splitlines())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
