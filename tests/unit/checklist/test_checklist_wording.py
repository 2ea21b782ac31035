"""The word score adds up what a draft's words weigh, names its cues, and may only ask."""

from __future__ import annotations

import itertools
import json
import math
import zlib
from typing import Any, Literal

import pytest

from planner.checklist import fitted_rows, wording
from planner.checklist.bank import BANK
from planner.checklist.check import check
from planner.checklist.fitted_rows import Row, Rows, packed
from planner.checklist.match import candidates
from planner.checklist.reading import Reading
from planner.checklist.report import Candidate, Draft, Examination, MediaItem
from planner.checklist.rules import load
from planner.checklist.runner import run
from planner.checklist.text import views
from planner.checklist.wording import Fitted, features, fitted, parsed, plain, scores, speaks_for
from tools import thresholds


def _table(head: dict[str, list[Any]], *rows: Row) -> Fitted:
    return parsed(json.dumps(head).encode() + b"\n" + packed(rows, len(head["rules"]) + 1))


def _head() -> dict[str, Any]:
    head: dict[str, Any] = json.loads(zlib.decompress((BANK / "reads_like.z").read_bytes()).partition(b"\n")[0])
    return head


TABLE = _table(
    {"rules": ["a.one", "b.two"], "offsets": [-1.0, 0.5], "thresholds": [0.5, 2.0]},
    ("free soup", 200, {0: 30}),
    ("soup", 100, {0: 10, 1: -20}),
    ("spoon", 300, {}),
)


def test_the_shipped_thresholds_are_those_that_were_chosen() -> None:
    shipped = fitted()
    assert {rule: shipped.thresholds[rule] for rule in thresholds.CHOSEN} == thresholds.CHOSEN
    assert {rule: shipped.beside[rule] for rule in thresholds.BESIDE} == thresholds.BESIDE


def test_features_are_stems_and_pairs() -> None:
    pairs = {"free soup", "soup !", "! don't"}
    assert features("Free soup! Don't") == {"free", "soup", "!", "don't", *pairs, "free _ !", "soup _ don't"}
    assert features("guarantees guaranteed slowly") >= {"guarante", "slow"}
    assert features("ring red it's") >= {"ring", "red", "it's"}
    assert features("") == set()
    assert features("Free\nsoup") == {"free", "¶", "soup", "free ¶", "¶ soup", "free _ soup"}


def test_numbers_times_names_and_kin_are_told_once_more_by_their_kind() -> None:
    assert features("sat by Gate 12") == {
        *("sat", "by", "gate", "12", "sat by", "by gate", "gate 12", "sat _ gate", "by _ 12"),
        *("#cap", "#n2", "by #cap", "#cap #n2", "sat _ #cap", "by _ #n2"),
    }
    assert features("at 9pm the 3rd on Monday with mum, 988 or 20261") >= {
        "#time",
        "#nth",
        "#day",
        "#kin",
        "#n3",
        "#n4",
        "at #time",
        "#kin ,",
    }
    assert not {"#cap", "#n0"} & features("Soup. Bread! I am so, and I'm ALL in: Yes\nNo")
    assert "#n1" in features("a 5x b")
    assert "#cap" in features("see J at noon")


def test_every_feature_of_the_table_can_stand_in_a_text() -> None:
    names = [name for name, _, _ in fitted().rows]
    assert all(1 <= len(name.split(" ")) <= 3 and "" not in name.split(" ") for name in names)
    assert set(names) == fitted().rows.of(set(names)).keys() & set(names)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.checklist.wording.LEAST", 1)


def test_short_texts_have_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.checklist.wording.LEAST", 3)
    assert scores("free soup", TABLE) == {"a.one": 0.0, "b.two": 0.0}


def test_hashtags_say_nothing() -> None:
    assert plain("soup #FreeSoup now") == "soup   now"


def test_scores_add_weight_times_rarity_over_the_length() -> None:
    length = math.sqrt(2.0**2 + 1.0**2)
    found = scores("free soup", TABLE)
    assert found["a.one"] == pytest.approx(1 / (1 + math.exp(-(-1.0 + (3.0 * 2.0 + 1.0 * 1.0) / length))))
    assert found["b.two"] == pytest.approx(1 / (1 + math.exp(-(0.5 - 2.0 / length))))


def test_a_row_reads_the_same_the_second_time() -> None:
    table = _table({"rules": ["a.one"], "offsets": [0.0], "thresholds": [0.5]}, ("soup", 150, {0: -7}))
    assert [table.row("soup"), table.row("soup")] == [(1.5, {"a.one": -0.7}), (1.5, {"a.one": -0.7})]


def test_of_a_long_text_the_passage_that_reads_most_like_a_rule_counts_part_of_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "LEAST", 1)
    logit = {
        name: {rule: math.log(score / (1 - score)) for rule, score in scores(text, TABLE).items()}
        for name, text in (("whole", "soup spoon"), ("part", "soup"))
    }
    found = scores("soup spoon", TABLE, ["spoon", "soup", "nothing of it"])
    for rule in ("a.one", "b.two"):
        more = max(
            0.0,
            max(logit["part"][rule], math.log(scores("spoon", TABLE)[rule] / (1 - scores("spoon", TABLE)[rule]))) - logit["whole"][rule],
        )
        assert math.log(found[rule] / (1 - found[rule])) == pytest.approx(logit["whole"][rule] + wording._NEARER * more)
    assert found["a.one"] > scores("soup spoon", TABLE)["a.one"]
    assert scores("soup spoon", TABLE, ["nothing of it"]) == scores("soup spoon", TABLE)
    monkeypatch.setattr(wording, "_OF_THE_WHOLE", frozenset({"a.one"}))
    assert scores("soup spoon", TABLE, ["soup"])["a.one"] == scores("soup spoon", TABLE)["a.one"]


@pytest.mark.parametrize("kept", [0, 100])
def test_a_passage_of_a_text_adds_what_it_would_by_itself(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    monkeypatch.setattr(wording, "_KEPT", kept)
    passages = [
        "Come to Gate 12 at 9pm with mum.",
        "Thanks, Rowan…",
        "Tuesday is free soup day",
        "nowhere in it",
        "",
        "Free soup, free soup!",
    ]
    text = "\n\n".join(one for one in passages if one != "nowhere in it")
    alone = [wording.of_one_person(one, fitted()) for one in passages]
    for _ in range(2):
        assert wording.parts_of_one_person(text, passages, fitted()) == alone
    assert wording.parts_of_one_person("Soup… Quokka is free", ["Quokka is free"], fitted()) == [
        wording.of_one_person("Quokka is free", fitted())
    ]
    scored = [scores(one, fitted()) for one in passages if one]
    logit = {rule: max(math.log(one[rule] / (1 - one[rule])) for one in scored) for rule in fitted().offsets}
    whole, found = scores(text, fitted()), scores(text, fitted(), passages)
    for rule, score in found.items():
        own = math.log(whole[rule] / (1 - whole[rule]))
        more = 0.0 if rule in wording._OF_THE_WHOLE else wording._NEARER * max(0.0, logit[rule] - own)
        assert math.log(score / (1 - score)) == pytest.approx(own + more)


def test_unknown_words_leave_the_offset() -> None:
    assert scores("a spoon", TABLE)["a.one"] == pytest.approx(1 / (1 + math.e))


def test_cues_come_strongest_first() -> None:
    assert speaks_for("free soup and a spoon", "a.one", TABLE) == [(6.0, "free soup"), (1.0, "soup")]
    assert speaks_for("free soup", "b.two", TABLE) == []


def test_every_rule_with_a_score_has_a_threshold_and_only_harm_blocks() -> None:
    table = fitted()
    users = [rule for rule in load().rules if rule.plugin == "reads-like"]
    read = {str(rule.options.get("target", rule.id)) for rule in users}
    assert read | set(table.floors) == set(table.thresholds)
    assert set(table.beside) <= read
    for rule in users:
        target = str(rule.options.get("target", rule.id))
        assert 0 < table.thresholds[target] <= 2
        assert (rule.level == "block") == target.endswith("/harm")
        assert not rule.levels


def test_a_score_for_harm_blocks_and_silences_the_milder_score(monkeypatch: pytest.MonkeyPatch) -> None:
    head = _head()
    place = {name: index for index, name in enumerate(head["rules"])}
    table = _table(head, ("garden", 100, {place[name]: 900 for name in ("boundaries.testimonial", "boundaries.testimonial/harm")}))
    monkeypatch.setattr("planner.checklist.wording.fitted", lambda: table)
    text = "Thank you. See the garden today. Bye now."
    (finding,) = run(Draft("d", text), views(text), Examination(), packs=load()).findings
    assert (finding.rule, finding.variant, finding.level) == ("boundaries.testimonial", "reads-like-harm", "block")


def test_a_draft_that_reads_like_others_is_asked_about_once() -> None:
    text = "Lovely morning. Screenshots of your sweet notes to me make the prettiest page, lovelies! Past clients, send more words about our sessions for my website."
    findings = [
        finding
        for finding in run(Draft("d", text), views(text), Examination(), packs=load()).findings
        if finding.rule == "boundaries.testimonial"
    ]
    assert len(findings) >= 1
    assert "reads-like" not in {finding.variant for finding in findings} or len(findings) == 1


def test_the_sentence_that_speaks_most_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    head = _head()
    table = _table(head, ("garden", 100, {head["rules"].index("boundaries.testimonial"): 900}))
    monkeypatch.setattr("planner.checklist.wording.fitted", lambda: table)
    text = "Thank you. See the garden today. Bye now."
    (finding,) = run(Draft("d", text), views(text), Examination(), packs=load()).findings
    assert (finding.rule, finding.variant, finding.level, finding.quote) == (
        "boundaries.testimonial",
        "reads-like",
        "ask",
        "See the garden today.",
    )
    assert finding.evidence == ("garden",)


def test_a_score_for_praise_says_nothing_of_a_post_that_speaks_of_no_praise(monkeypatch: pytest.MonkeyPatch) -> None:
    head = _head()
    weights = {index: 900 for index, name in enumerate(head["rules"]) if name.startswith("boundaries.")}
    table = _table(head, ("garden", 100, weights))
    monkeypatch.setattr("planner.checklist.wording.fitted", lambda: table)
    text = "Come in. See the garden today. Bye now."
    rules = {finding.rule for finding in run(Draft("d", text), views(text), Examination(), packs=load()).findings}
    assert not rules & {"boundaries.testimonial", "boundaries.private-contact"}


def _fitted(monkeypatch: pytest.MonkeyPatch, weights: dict[str, int], **head: dict[str, float]) -> None:
    first = {**_head(), **head}
    table = _table(first, ("garden", 100, {first["rules"].index(rule): weight for rule, weight in weights.items()}))
    monkeypatch.setattr("planner.checklist.wording.fitted", lambda: table)


def test_a_draft_that_reads_otherwise_outweighs_a_pattern_and_the_trace_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "We cure anxiety. See the garden."
    pattern = {"claims.outcome-guarantee"}
    for weight, floors, expected in (
        (0, {"claims.outcome-guarantee": 0.0001}, pattern),
        (-900, {"claims.outcome-guarantee": 0.04}, set()),
        (-900, {}, pattern),
    ):
        _fitted(monkeypatch, {"claims.outcome-guarantee": weight}, floors=floors)
        report = run(Draft("d", text), views(text), Examination(), packs=load())
        assert {finding.rule for finding in report.findings} & pattern == expected
        assert any("reads otherwise" in line for line in report.explained) == (not expected)


def test_a_draft_of_few_known_words_leaves_a_pattern_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    _fitted(monkeypatch, {"claims.outcome-guarantee": -900}, floors={"claims.outcome-guarantee": 0.04})
    monkeypatch.setattr("planner.checklist.wording.LEAST", 3)
    text = "We cure anxiety. See the garden."
    assert "claims.outcome-guarantee" in {
        finding.rule for finding in run(Draft("d", text), views(text), Examination(), packs=load()).findings
    }


def test_beside_a_served_person_a_lower_threshold_tells_what_else_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = "confidentiality.location-exposure"
    offsets = dict.fromkeys(fitted().offsets, -9.0) | {rule: -1.0}
    head = {"offsets": list(offsets.values()), "beside": {rule: 0.2}}  # a chance of .27, below the threshold for other drafts
    _fitted(monkeypatch, {rule: 0}, **head)  # type: ignore[arg-type]
    text = "Good morning. See the garden today."
    seen = Examination(candidates=(Candidate("confidentiality.client-reference", "", "ask", 0, 3),))
    for examination, expected in ((Examination(), False), (seen, True)):
        rules = {finding.rule for finding in run(Draft("d", text), views(text), examination, packs=load()).findings}
        assert (rule in rules) == expected


@pytest.mark.parametrize(("seen", "expected"), [(0.05, False), (0.3, True), (1.0, True)])
def test_a_side_rules_score_needs_somebody_to_be_seen_at_all(monkeypatch: pytest.MonkeyPatch, seen: float, expected: bool) -> None:
    rule = "confidentiality.searching-clients"
    _fitted(monkeypatch, {rule: 900})
    text = "Good morning. See the garden today."
    report = run(Draft("d", text), views(text), Examination(confidence=seen), packs=load())
    assert (rule in {finding.rule for finding in report.findings}) == expected


@pytest.mark.parametrize(
    ("level", "beside", "kept"),
    [
        ("block", "block", None),
        ("ask", "ask", None),
        ("ask", "block", None),
        ("block", "ask", "block"),
        ("block", "", "ask"),
        ("ask", "", "ask"),
    ],
)
def test_a_doubtful_place_adds_nothing_beside_a_person_and_is_asked_about_alone(
    monkeypatch: pytest.MonkeyPatch, level: Literal["ask", "block"], beside: Literal["ask", "block", ""], kept: str | None
) -> None:
    rule = "confidentiality.location-exposure"
    _fitted(monkeypatch, {rule: -900}, doubts={rule: 0.15}, floors={})
    text = "See the garden with Rowan today."
    person = (Candidate("confidentiality.client-reference", "", beside, 0, 3),) if beside else ()
    report = run(Draft("d", text), views(text), Examination((*person, Candidate(rule, "", level, 8, 14))), packs=load())
    assert {finding.level for finding in report.findings if finding.rule == rule} == ({kept} if kept else set())
    changed = kept != level
    assert any("reads otherwise" in line for line in report.explained) == changed


def test_a_place_that_reads_like_others_stays_beside_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = "confidentiality.location-exposure"
    _fitted(monkeypatch, {rule: 900}, doubts={rule: 0.15})
    text = "See the garden with Rowan today."
    seen = (Candidate("confidentiality.client-reference", "", "block", 0, 3), Candidate(rule, "", "block", 8, 14))
    report = run(Draft("d", text), views(text), Examination(seen), packs=load())
    assert [(finding.level, finding.quote) for finding in report.findings if finding.rule == rule] == [("block", "garden")]


def test_pasted_markup_around_a_text_does_not_move_its_score() -> None:
    text = "Our office opens at nine. Leave us a Google review! 80% of teens are lonely, and it was a long week for all of us."
    pasted = f"<style>p {{ color: red }}</style><p><b>{text}</b></p>"
    told = [scores(plain(views(one).masked.text), fitted()) for one in (text, pasted, f"\n\n{text}\n")]
    assert told[0] == told[1] == told[2]


def test_cheerful_sentences_beside_a_place_take_nothing_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rule, own = "confidentiality.location-exposure", "See the garden with Rowan today."
    _fitted(monkeypatch, {rule: -900}, doubts={rule: 0.15}, floors={})
    monkeypatch.setattr(
        wording, "scores", lambda text, table, _=(): {**dict.fromkeys(table.offsets, 0.05), rule: 0.8 if text.strip() == own else 0.05}
    )
    text = f"So proud and grateful! {own} What a joy!"
    at = text.index("garden")
    seen = (Candidate("confidentiality.client-reference", "", "block", 0, 3), Candidate(rule, "", "block", at, at + 6))
    report = run(Draft("d", text), views(text), Examination(seen), packs=load())
    assert [(finding.level, finding.quote) for finding in report.findings if finding.rule == rule] == [("block", "garden")]


def test_two_places_of_one_sentence_are_scored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rule, asked = "confidentiality.location-exposure", list[str]()
    _fitted(monkeypatch, {rule: -900}, doubts={rule: 0.15}, floors={})
    monkeypatch.setattr(wording, "scores", lambda text, table, _=(): (asked.append(text), dict.fromkeys(table.offsets, 0.05))[1])
    text = "So proud and grateful! See the garden and the pond with Rowan today. What a joy!"
    places = [Candidate(rule, "", "ask", at, at + 4) for at in (text.index("garden"), text.index("pond"))]
    report = run(
        Draft("d", text), views(text), Examination((Candidate("confidentiality.client-reference", "", "ask", 0, 2), *places)), packs=load()
    )
    assert rule not in {finding.rule for finding in report.findings}
    assert [one.strip() for one in asked].count("See the garden and the pond with Rowan today.") == 1


def test_a_doubtful_name_goes_only_where_another_rule_has_caught_the_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    rule, other = "confidentiality.direct-identifier", "confidentiality.client-reference"
    _fitted(monkeypatch, {rule: -900}, floors={rule: 0.06})
    text = "See the garden with Rowan today."
    name, phone, person = Candidate(rule, "name", "ask", 20, 25), Candidate(rule, "phone", "ask", 20, 25), Candidate(other, "", "ask", 0, 3)
    for seen, kept in (((name,), {rule}), ((name, person), {other}), ((phone, person), {rule, other})):
        report = run(Draft("d", text), views(text), Examination(candidates=seen), packs=load())
        assert {finding.rule for finding in report.findings} & {rule, other} == kept
        assert any("reads otherwise" in line for line in report.explained) == (kept == {other})


@pytest.mark.parametrize(("level", "kept"), [("ask", False), ("block", True)])
def test_what_a_side_rule_blocks_is_not_outvoted(monkeypatch: pytest.MonkeyPatch, level: Literal["ask", "block"], kept: bool) -> None:
    rule = "confidentiality.location-exposure"
    _fitted(monkeypatch, {rule: -900}, floors={rule: 0.04})
    text = "See the garden with Rowan today."
    report = run(Draft("d", text), views(text), Examination(candidates=(Candidate(rule, "", level, 8, 14),)), packs=load())
    assert (rule in {finding.rule for finding in report.findings}) == kept


def test_a_pattern_is_outvoted_without_anybody_who_keeps_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    text, rule = "We cure anxiety. See the garden.", load().find("claims.outcome-guarantee", "cure-word")
    assert rule is not None
    for weight, found in ((0, 1), (-900, 0)):
        _fitted(monkeypatch, {rule.id: weight}, floors={rule.id: 0.0001})
        reading = Reading(Draft("d", text), views(text), None, None, load().sieves)
        assert len(list(candidates(rule, reading))) == found


def test_a_row_is_read_once_and_an_unknown_feature_is_no_row() -> None:
    table = _table({"rules": ["a.one"], "offsets": [0.0], "thresholds": [0.5]}, ("four", 1, {}), ("one", 3, {0: 2}), ("two", 4, {}))
    for _ in range(2):
        assert sorted(table.numbers({"one", "two", "three"})) == [16, 9 + (6 << 40)]
    assert table.rows.of({"one", "three"}) == {"one": 9 + (6 << 40)}
    assert table.rows.of({"four"})["four"] == 1
    with pytest.raises(KeyError):
        table.row("three")


def test_only_so_many_rows_are_kept_as_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitted_rows, "_KEPT", 1)
    monkeypatch.setattr(fitted_rows, "_MISSED", 0)
    table = _table({"rules": [], "offsets": [], "thresholds": []}, ("one", 3, {}), ("three", 1, {}), ("two", 4, {}))
    assert table.rows.of({"one", "two"}) == {"one": 9, "two": 16}
    assert table.rows.of({"three"}) == {"three": 1}
    for _ in range(3):
        assert sorted(table.numbers({"one", "two", "three", "four", "five"})) == [1, 9, 16]


def test_many_new_features_are_found_as_few_are() -> None:
    names = [name for name, _, _ in itertools.islice(fitted().rows, 0, 3_000, 7)]
    asked = {*names, *(f"{name} nowhere" for name in names)}
    told = zlib.decompress((BANK / "reads_like.z").read_bytes())
    many, few = parsed(told).rows, parsed(told).rows
    assert many.of(asked) == {name: few.of({name})[name] for name in names}


def test_no_text_can_hold_so_many_features_that_a_sum_runs_over() -> None:
    rows = list(fitted().rows)
    most = max(rare * max(rare, *map(abs, weights.values())) for _, rare, weights in rows if weights)
    assert len(rows) * most < 1 << 39


def test_a_table_reads_as_it_was_written() -> None:
    rows = {f"word{number}": (number % 1000, {number % 3: number % 255 - 127}) for number in range(1, 3000) if number % 255 != 127}
    told = packed(((name, *row) for name, row in rows.items()), 3)
    assert {name: (rare, weights) for name, rare, weights in Rows(told, 3)} == rows


def test_a_heavy_row_is_kept_in_larger_steps() -> None:
    (row,) = Rows(packed([("#n2 of", 700, {0: 243, 1: -13, 2: 1})], 3), 3)
    assert row == ("#n2 of", 700, {0: 244, 1: -12})
    assert Rows(packed([row], 3), 3).of({"#n2 of"}) == {"#n2 of": 700 * 700 + (244 * 700 << 40) + (-12 * 700 << 80)}


def test_features_of_one_hash_are_told_apart() -> None:
    names = [name for name in (f"n{number}" for number in range(400_000)) if zlib.crc32(name.encode()) >> 16 == 4711]
    assert len(names) > 2
    rows = Rows(packed(((name, 10 + at, {}) for at, name in enumerate(names[1:])), 1), 1)
    assert rows.of(set(names)) == {name: (10 + at) ** 2 for at, name in enumerate(names[1:])}


def test_too_many_features_of_one_hash_are_refused() -> None:
    names = [name for name in (f"feature {number}" for number in range(2_000_000)) if zlib.crc32(name.encode()) >> 16 == 4711]
    with pytest.raises(ValueError, match="byte"):
        packed(((name, 1, {}) for name in names), 1)


@pytest.mark.parametrize(
    ("side", "person", "score", "kept"),
    [
        ("block", "block", 0.1, False),
        ("block", "ask", 0.1, False),
        ("ask", "ask", 0.1, False),
        ("ask", "block", 0.1, True),
        ("", "block", 0.1, True),
        ("block", "block", 0.31, True),
        ("block", "block", 0.0, True),
    ],
)
def test_where_another_rule_holds_a_draft_that_tells_no_case_nobody_is_mentioned(
    monkeypatch: pytest.MonkeyPatch, side: Literal["ask", "block", ""], person: Literal["ask", "block"], score: float, kept: bool
) -> None:
    rule, relation = "confidentiality.client-reference", "confidentiality.relationship-disclosure"
    _fitted(monkeypatch, {}, doubts={rule: 0.3})
    monkeypatch.setattr(wording, "scores", lambda _text, table, _=(): {**dict.fromkeys(table.offsets, 0.05), rule: score})
    text = "Thank you, Rowan, on Monday."
    seen = [Candidate(rule, "", person, 0, 5), Candidate("confidentiality.quasi-identifier", "time", person, 18, 27, clue="time")]
    seen += [Candidate(relation, "", side, 0, 9)] if side else []
    report = run(Draft("d", text), views(text), Examination(tuple(seen)), packs=load())
    rules = {finding.rule for finding in report.findings if finding.rule.startswith("confidentiality.")}
    assert rules == {"confidentiality.quasi-identifier"} | ({rule} if kept else set()) | ({relation} if side else set())
    assert any(line.endswith("it tells no case: drop") for line in report.explained) == (not kept)
    assert report.verdict == ("block" if "block" in {side, person} else "revise")


@pytest.mark.parametrize(("own", "kept"), [(0.59, False), (0.61, True)])
def test_cheerful_sentences_around_it_talk_no_mention_away(monkeypatch: pytest.MonkeyPatch, own: float, kept: bool) -> None:
    rule, place = "confidentiality.client-reference", "confidentiality.location-exposure"
    _fitted(monkeypatch, {}, doubts={rule: 0.3})
    told = "In court for one of my families."
    monkeypatch.setattr(
        wording, "scores", lambda text, table, _=(): {**dict.fromkeys(table.offsets, 0.05), rule: own if len(text) < 40 else 0.1}
    )
    text = f"{told} So proud and grateful! What a joy."
    seen = (Candidate(rule, "", "block", 13, 31), Candidate(place, "", "block", 0, 8))
    report = run(Draft("d", text), views(text), Examination(seen), packs=load())
    assert (rule in {finding.rule for finding in report.findings}) == kept
    assert place in {finding.rule for finding in report.findings}


def test_a_mention_beside_the_text_stays() -> None:
    draft = Draft("d", "Thank you for your kind review, Maria!", media=(MediaItem(alt="My client Maria, 34, after our session"),))
    rules = {finding.rule for finding in check(draft).findings}
    assert {"confidentiality.client-reference", "confidentiality.relationship-disclosure"} <= rules
