"""The loader reads packs and house rules, and names every fault with file, rule and mend."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.checklist.bank import BANK
from planner.checklist.examples import overdue
from planner.checklist.patterns import BadPattern, compiled
from planner.checklist.rules import InvalidRules, load

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = """
[own]
title = "Our own"
url = "https://example.org"
edition = "1"
retrieved = "2026-11-21"
"""
PACK = """
[pack]
id = "demo"
version = "1.2.0"
language = "en"
"""
RULE = """
[[rule]]
id = "demo.word"
variant = "plain"
level = "ask"
match = ['\\bwidgets?\\b']
message = "“{quote}” is a widget."
why = "Because. Fine in jest."
source = "own"
reviewed = 2026-11-21
review_after = 2027-11-21
question = "Is it meant?"
flags = ["A widget.", "Two widgets."]
passes = ["A gadget.", "Wide.", "Get it."]
"""


def bank(folder: Path, rules: str = RULE, *, pack: str = PACK, sources: str = SOURCES, name: str = "demo.toml") -> Path:
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    (folder / "rules" / name).write_text(pack + rules, encoding="utf-8")
    return folder


def faults(folder: Path, *args: str, **kwargs: str) -> tuple[str, ...]:
    with pytest.raises(InvalidRules) as caught:
        load(bank=bank(folder, *args, **kwargs))
    return caught.value.faults


def test_a_good_pack_becomes_rules(tmp_path: Path) -> None:
    packs = load(bank=bank(tmp_path))
    (rule,) = packs.rules
    assert (rule.id, rule.variant, rule.level, rule.pack, rule.source.title) == ("demo.word", "plain", "ask", "demo", "Our own")
    assert rule.reviewed == date(2026, 11, 21)
    assert [answer.effect for answer in rule.question.answers] == ["clear", "keep"]
    assert packs.versions == {"demo": "1.2.0"}
    assert packs.reviewed == "2026-11"
    assert packs.find("demo.word", "plain") is rule
    assert packs.find("demo.word", "other") is rule
    assert packs.find("demo.none", "") is None


def test_an_empty_bank_has_no_review(tmp_path: Path) -> None:
    assert load(bank=bank(tmp_path, "")).reviewed == "never"


def test_the_digest_changes_with_the_rules(tmp_path: Path) -> None:
    first = load(bank=bank(tmp_path / "a")).digest
    second = load(bank=bank(tmp_path / "b", RULE.replace("Because", "Since"))).digest
    (tmp_path / "c" / "lexicons").mkdir(parents=True)
    (tmp_path / "c" / "lexicons" / "x.toml").write_text("", encoding="utf-8")
    third = load(bank=bank(tmp_path / "c")).digest
    assert len({first, second, third}) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('level = "ask"', 'level = "loud"', "the level 'loud' is unknown"),
        ('level = "ask"', 'level = "ask"\nlevels = { "CA-ON" = "loud" }', "levels must map organizations, countries or authors"),
        ('level = "ask"', 'level = "ask"\nlevels = "block"', "levels must map organizations, countries or authors"),
        ('level = "ask"', 'level = "ask"\nview = "sideways"', "the view 'sideways' is unknown"),
        ('level = "ask"', 'level = "ask"\ncase = "some"', "the case 'some' is unknown"),
        ('level = "ask"', 'level = "ask"\nguards = ["angel"]', "the guard 'angel' is unknown"),
        ('level = "ask"', 'level = "ask"\nguards = "mention"', "guards must be a list"),
        ('level = "ask"', 'level = "ask"\nneeds_topic = ["feelings"]', "the topic 'feelings' is unknown: use one of abuse, care, contact"),
        ('level = "ask"', 'level = "ask"\nneeds_absent = ["feelings"]', "the topic 'feelings' is unknown"),
        ('level = "ask"', 'level = "ask"\nauthors = ["counsellor"]', "the author 'counsellor' is unknown: use one of advocacy, agency"),
        ('level = "ask"', 'level = "ask"\nkinds = ["boi"]', "the kind 'boi' is unknown (did you mean 'bio'?): use one of"),
        ('level = "ask"', 'level = "ask"\nplatforms = ["facebok"]', "the platform 'facebok' is unknown (did you mean 'facebook'?)"),
        ('level = "ask"', 'level = "ask"\norg_types = ["ngo"]', "the organization type 'ngo' is unknown: use one of 501c3"),
        ('level = "ask"', 'level = "ask"\npost_types = ["song"]', "the type of post 'song' is unknown: use one of event"),
        (
            'level = "ask"',
            'level = "ask"\njurisdiction = ["New Zealand"]',
            "jurisdiction names 'New Zealand', which is unknown (write NZ): use",
        ),
        ('level = "ask"', 'level = "ask"\njurisdiction = ["UK"]', "jurisdiction names 'UK', which is unknown (write GB): use a code"),
        ('level = "ask"', 'level = "ask"\njurisdiction = ["ON"]', "jurisdiction names 'ON', which is unknown (did you mean CA-ON?): use a"),
        (
            'level = "ask"',
            'level = "ask"\nlevels = { "NZL" = "block" }',
            "levels names 'NZL', which is unknown (write NZ): use a code such as",
        ),
        ('level = "ask"', 'level = "ask"\nlevels = { "GB" = ["block"] }', "levels must map organizations, countries or authors"),
        ('level = "ask"', 'level = "ask"\ncertainty = "sure"', "the certainty 'sure' is unknown: use one of exact, context"),
        ('level = "ask"', 'level = "ask"\nclears = "maybe"', "the clears 'maybe' is unknown: use one of yes, no"),
        (
            'level = "ask"',
            'level = "ask"\nsuggestion = { kind = "add" }',
            "the kind of the suggestion 'add' is unknown: use one of replace",
        ),
        ('level = "ask"', 'level = "ask"\nsuggestion = "add"', "the kind of the suggestion 'add' is unknown: use one of replace"),
        ('level = "ask"', 'level = "ask"\nanswers = [{ key = "a" }]', "answers must be a list of tables"),
        (
            'level = "ask"',
            'level = "ask"\nanswers = [{ key = "a", label = "A", effect = "rais" }]',
            "the effect 'rais' of the answer 'a' is",
        ),
        ("review_after = 2027-11-21", "review_after = 2020-01-01", "review_after 2020-01-01 is not later than reviewed 2026-11-21"),
        ('passes = ["A gadget.", ', 'passes = [{ text = "A gadget.", country = "XX" }, ', "the example 'A gadget.': `country` is 'XX'"),
        ('passes = ["A gadget.", ', 'passes = [{ text = "A gadget.", today = "soon" }, ', "the example 'A gadget.': `today` is 'soon'"),
        ('passes = ["A gadget.", ', 'passes = [{ text = "A gadget.", profile = { a = 1 } }, ', "the example 'A gadget.': the field 'a' is"),
        ("match = ['\\bwidgets?\\b']", 'plugin = "emojis"', "the plugin 'emojis' is unknown: use one of alt-text, app-card"),
        ('message = "“{quote}” is', 'message = "“{qoute}” is', "the place {qoute} is never filled: write {quote}"),
        ('question = "Is it meant?"', 'questoin = "Is it meant?"', "the key 'questoin' is unknown (did you mean 'question'?)"),
        ('source = "own"', 'source = "owm"', "the source 'owm' is not in sources.toml (did you mean 'own'?)"),
        ('level = "ask"', 'level = "ask"\nplugin = "emoji"', "give exactly one"),
        ('level = "ask"', 'level = "ask"\ncolour = "red"', "the key 'colour' is unknown"),
        ('level = "ask"', 'level = "ask"\nunless = "x"', "unless must be a list"),
        ('level = "ask"', 'level = "ask"\nunless = [1]', "unless holds something else than text"),
        ("match = ['\\bwidgets?\\b']", "", "give exactly one"),
        ("match = ['\\bwidgets?\\b']", "match = ['(?=a)']", "it uses look-ahead"),
        ("match = ['\\bwidgets?\\b']", "match = ['(?<!a)b']", "it uses look-behind"),
        ("match = ['\\bwidgets?\\b']", "match = ['(a)\\1']", "it refers back to a group"),
        ("match = ['\\bwidgets?\\b']", "match = ['(?:a+b)*']", "a repeat without upper limit stands inside another"),
        ("match = ['\\bwidgets?\\b']", "match = ['<nobody>']", "the word class <nobody> is not in"),
        ("match = ['\\bwidgets?\\b']", "match = ['<nobody>', 'x']", "the word class <nobody> is not in"),
        ('why = "Because. Fine in jest."', "", "it has no why"),
        ('source = "own"', 'source = "hearsay"', "the source 'hearsay' is not in sources.toml"),
        ("reviewed = 2026-11-21", 'reviewed = "soon"', "it has no reviewed date"),
        ('question = "Is it meant?"', "", "a rule of level ask needs a question"),
        ('question = "Is it meant?"', "", "it offers neither a suggestion nor a question"),
        ('flags = ["A widget.", "Two widgets."]', 'flags = ["A widget."]', "it has 1 flags, 2 are needed"),
        ('passes = ["A gadget.", "Wide.", "Get it."]', "passes = []", "it has 0 passes, 3 are needed"),
        ('passes = ["A gadget.", "Wide.", "Get it."]', "passes = [1, 2, 3]", "neither a text nor a table"),
    ],
)
def test_every_fault_is_named_with_its_mend(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = faults(tmp_path, RULE.replace(old, new))
    assert any(said in fault and fault.startswith("demo.toml, demo.word (plain): ") for fault in found)


@pytest.mark.parametrize("given", ["demo word", "word", "tone.word", "demo.Word", "demo."])
def test_the_id_of_a_rule_begins_with_its_pack(tmp_path: Path, given: str) -> None:
    (fault,) = faults(tmp_path, RULE.replace("demo.word", given))
    assert fault.endswith(f"the id {given!r} does not fit: write demo. and a name of small letters, digits and hyphens")


def test_all_faults_of_all_files_come_together(tmp_path: Path) -> None:
    bank(tmp_path, RULE.replace('id = "demo.word"\nvariant = "plain"', ""), name="one.toml", pack="[pack]\n")
    bank(tmp_path, "nonsense = ", name="two.toml")
    found = faults(tmp_path, RULE + RULE)
    text = "\n".join(found)
    assert "one.toml: [pack] has no id: add it" in text
    assert "one.toml, rule 1: it has no id" in text
    assert "two.toml: it is no TOML" in text
    assert "stands twice" in text


def test_a_broken_pattern_is_named(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, RULE.replace("\\bwidgets?\\b", "wid(gets"))
    assert fault.startswith("demo.toml, demo.word (plain): the pattern 'wid(gets' is no regular expression")
    assert fault.endswith("mend it at that place")
    with pytest.raises(BadPattern, match="is no regular expression"):
        compiled("wid(gets", ignore_case=True)


def test_sources_must_be_there_and_complete(tmp_path: Path) -> None:
    assert any(
        "sources.toml: own has no url" in fault
        for fault in faults(tmp_path / "a", sources=SOURCES.replace('url = "https://example.org"', ""))
    )
    assert any("sources.toml: it cannot be read" in fault for fault in faults(tmp_path / "b", sources="x ="))


def test_optional_keys_are_taken_over(tmp_path: Path) -> None:
    more = """
case = "exact"
once = true
revision = 3
clears = "no"
levels = { "501c3" = "block" }
authors = ["agency"]
[rule.suggestion]
kind = "replace"
text = { Widget = "thing" }
"""
    (rule,) = load(bank=bank(tmp_path, RULE + more)).rules
    assert not rule.ignore_case
    assert rule.once
    assert rule.revision == 3
    assert rule.levels == {"501c3": "block"}
    assert rule.authors == ("agency",)
    assert [answer.effect for answer in rule.question.answers] == ["keep", "clear"]
    assert (rule.offer.kind, dict(rule.offer.texts)) == ("replace", {"widget": "thing"})


@pytest.mark.parametrize(
    ("asked", "labels"),
    [("Is it so?", ["Yes", "No"]), ("Who counted this?", ["I know, and the words can stay", "Not yet"])],
)
def test_a_question_that_asks_for_more_than_yes_gets_answers_that_fit(tmp_path: Path, asked: str, labels: list[str]) -> None:
    (rule,) = load(bank=bank(tmp_path, RULE.replace("Is it meant?", asked))).rules
    assert [(answer.key, answer.label, answer.effect) for answer in rule.question.answers] == [
        ("yes", labels[0], "clear"),
        ("no", labels[1], "keep"),
    ]


def test_a_rule_may_bring_its_own_answers_and_one_text(tmp_path: Path) -> None:
    more = """
answers = [{ key = "a", label = "A", effect = "raise" }]
[rule.suggestion]
kind = "insert"
text = "Add me."
"""
    told = RULE.replace(
        'passes = ["A gadget.", "Wide.", "Get it."]', 'passes = ["A gadget.", "Wide.", { text = "Get it.", platform = "x" }]'
    )
    (rule,) = load(bank=bank(tmp_path, told + more)).rules
    assert [(answer.key, answer.effect) for answer in rule.question.answers] == [("a", "raise")]
    assert dict(rule.offer.texts) == {"*": "Add me."}
    assert rule.passes[2].facts == {"platform": "x"}


def test_house_phrases_are_words_and_not_expressions(tmp_path: Path) -> None:
    house = tmp_path / "house"
    house.mkdir()
    (house / "ours.toml").write_text(
        '[[phrase]]\ntext = "Casa Verd*"\nreason = "The house is closed."\nadded = 2026-01-31\n[[phrase]]\ntext = "a+b (c)"\nreason = "Odd."\nadded = 2026-01-31\nlevel = "ask"\n',
        encoding="utf-8",
    )
    packs = load(house, bank(tmp_path))
    ours = [rule for rule in packs.rules if rule.pack == "house"]
    assert [(rule.id, rule.level, rule.variant) for rule in ours] == [
        ("house.phrase", "advise", "Casa Verd*"),
        ("house.phrase", "ask", "a+b (c)"),
    ]
    assert packs.versions["house/ours.toml"] == "1"


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ('text = "a*"\nreason = "r"\nadded = 2026-01-31', "at least three letters"),
        ('text = "abc"\nadded = 2026-01-31', "it has no `reason`"),
        ('text = "abc"\nreason = "r"', "it has no `added` date"),
        ('text = "abc"\nreason = "r"\nadded = 2026-01-31\nlevel = "block"', "the level 'block' is not for house rules"),
    ],
)
def test_house_faults_are_named(tmp_path: Path, phrase: str, said: str) -> None:
    house = tmp_path / "house"
    house.mkdir()
    (house / "ours.toml").write_text(f"[[phrase]]\n{phrase}\n", encoding="utf-8")
    with pytest.raises(InvalidRules, match=said):
        load(house, bank(tmp_path))


def test_a_missing_house_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRules, match="there is no such folder"):
        load(tmp_path / "nowhere", bank(tmp_path))


def test_the_content_bank_loads() -> None:
    assert len(load(bank=BANK).rules) > 80


def test_who_only_loads_the_rules_makes_no_sieves(tmp_path: Path) -> None:
    packs = load(bank=bank(tmp_path, RULE))
    assert "by_view" not in vars(packs.sieves)
    assert set(packs.sieves.by_view) == {rule.view for rule in packs.rules}
    assert packs.sieves.by_view is packs.sieves.by_view


def test_a_rule_may_name_every_country_region_organization_and_author(tmp_path: Path) -> None:
    told = 'jurisdiction = ["any", "NZ", "CA-ON"]\nlevels = { "GB-SCT" = "ask", "foundation" = "block", "student" = "note" }'
    (rule,) = load(bank=bank(tmp_path, RULE.replace('level = "ask"', f'level = "ask"\n{told}'))).rules
    assert rule.jurisdiction == ("any", "NZ", "CA-ON")
    assert rule.levels == {"GB-SCT": "ask", "foundation": "block", "student": "note"}


def test_a_rule_whose_review_is_overdue_is_named(tmp_path: Path) -> None:
    packs = load(bank=bank(tmp_path))
    assert overdue(packs, date(2027, 11, 21)) == ()
    assert overdue(packs, date(2027, 11, 22)) == (
        "demo.toml, demo.word (plain): its review was due on 2027-11-21: read its source again and write a new review_after",
    )
