"""Long texts, of which a few sentences are about one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from planner.checklist.check import check
from planner.checklist.confidentiality import cues, decide, passages, score, subjects
from planner.checklist.report import Draft, Report
from planner.checklist.text import views

if TYPE_CHECKING:
    import pytest

GENERAL = (
    "Grief has no timetable. Many people find that the second year is harder than the first, because the letters stop and friends go back to "
    "their lives. Sleep may change, and so may appetite.\n\n"
    "What helps differs. Some people write, some walk, some need company and some need quiet. A group can be a good place to hear that others "
    "forget words and keys as well. If your sleep has been poor for more than two weeks, talk with your doctor.\n\n"
)
CLIENT = "On Tuesday my client, a retired ferry captain from Westport, told me that he still lays the table for his wife. "
MORE = (
    "Books on grief are many, and few are short. Your library can order most of them. Public grief cafés meet in many towns, they cost nothing, "
    "and nobody has to speak. Whatever you choose, there is no wrong way to miss somebody."
)


def checked(text: str) -> Report:
    return check(Draft("p", text))


def told(report: Report, rule: str) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in report.findings if one.rule == f"confidentiality.{rule}"]


def test_a_long_post_in_general_is_about_nobody() -> None:
    assert len(GENERAL + MORE) > passages.LONG
    assert not [one for one in checked(GENERAL + MORE).findings if one.rule.startswith("confidentiality.")]


def test_two_sentences_about_one_client_in_a_long_post_are_seen_wherever_they_stand() -> None:
    for text in (CLIENT + GENERAL + MORE, GENERAL + CLIENT + MORE, GENERAL + MORE + "\n" + CLIENT):
        assert told(checked(text), "client-reference"), text


def test_what_is_shown_stands_where_the_person_is_told_of() -> None:
    text = GENERAL + GENERAL + CLIENT + MORE + "\n\n" + MORE + " My own uncle was a baker in Ennis and lived to be ninety-one."
    report = checked(text)
    spans = [*told(report, "client-reference"), *told(report, "quasi-identifier")]
    assert spans
    near = text.index(CLIENT)
    assert all(near - 400 < start < near + len(CLIENT) + 400 for start, _ in spans)
    (trace,) = [line for line in report.explained if line.startswith("one particular person")]
    assert "most in letters " in trace


def test_what_is_held_for_another_reason_is_shown_all_over_the_text() -> None:
    text = GENERAL + CLIENT + MORE
    seen = subjects.scan(views(text).folded.text, None)
    sure = subjects.Confidence(0.6, 0.6, (), passages=((0, 30),))
    told = text.index(CLIENT)
    for level, shown in (("ask", False), ("block", True)):
        found = decide.findings(seen, Draft("p", text), sure, level, None)  # type: ignore[arg-type]  # a level
        assert any(told <= one.start < told + len(CLIENT) for one in found if one.rule.endswith("reference")) == shown


def test_a_short_text_and_one_of_a_single_passage_have_none() -> None:
    assert passages.cut(cues.read(CLIENT)) == ()
    assert passages.cut(cues.read("word " * 200)) == ()
    assert passages.cut(cues.read("")) == ()


def test_passages_are_whole_sentences_of_some_two_hundred_letters_and_leave_nothing_out() -> None:
    words = cues.read(GENERAL + CLIENT + MORE)
    ranges = passages.cut(words)
    assert ranges[0][0] == 0
    assert ranges[-1][1] == len(words.lower)
    assert [last for _, last in ranges[:-1]] == [first for first, _ in ranges[1:]]
    assert {words.kinds[last - 1] for _, last in ranges} <= {"stop", "nl"}
    lengths = [end - start for start, end in (words.span(*one) for one in ranges)]
    assert max(lengths) <= 210
    assert len(lengths) < len(words.text) / 100


def test_a_part_holds_what_was_seen_within_it() -> None:
    seen = subjects.scan(views(GENERAL + CLIENT + MORE).folded.text, None)
    parts = [(one, passages.part(seen, *one)) for one in passages.cut(seen.words)]
    assert sum(len(part.words.lower) for _, part in parts) == len(seen.words.lower)
    assert sorted(one for _, part in parts for one in part.clues) == sorted(seen.clues)
    assert sorted(one for _, part in parts for one in part.places) == sorted(seen.places)
    for (first, _), part in parts:
        for hit in part.hits:
            assert hit._replace(first=hit.first + first, last=hit.last + first) in seen.hits
        assert part.words.codes == seen.words.codes[first : first + len(part.words.codes)]


def test_the_most_telling_passage_its_neighbors_and_what_tells_nearly_as_much_count() -> None:
    spans = [(at * 10, at * 10 + 9) for at in range(7)]
    assert passages.told([-5.0, 3.0, -5.0, -5.0, 1.5, 0.9, -9.0], spans) == ((0, 29), (40, 49))
    assert passages.told([3.0, -5.0, -5.0], spans[:3]) == ((0, 19),)


def test_within_no_spans_is_everything() -> None:
    seen = subjects.scan(CLIENT, None)
    assert passages.within(seen, ()) is seen
    here = passages.within(seen, ((11, 20),))
    assert seen.clues
    assert here.clues == ()
    assert here.words.lower[2:4] == ("my", "client")
    assert {*here.words.lower[:2], *here.words.lower[4:]} == {""}
    assert {hit.first for hit in here.hits} <= {2, 3}


words = st.text(st.sampled_from("ab .!\n"), min_size=passages.LONG, max_size=900)


@given(words)
def test_any_long_text_is_cut_into_what_it_was(text: str) -> None:
    read = cues.read(views(text).folded.text)
    ranges = passages.cut(read)
    assert ranges == () or [at for first, last in ranges for at in range(first, last)] == list(range(len(read.lower)))


def test_few_words_and_many_have_the_same_score(monkeypatch: pytest.MonkeyPatch) -> None:
    read = cues.read((GENERAL + MORE) * 2)
    few = score.score(read)
    monkeypatch.setattr(score, "_FEW", 0)
    assert score.score(read) == few
