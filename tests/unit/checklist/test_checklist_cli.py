"""`python -m planner check` for people and for programs: what it prints, how it ends, and what it does with odd input."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from planner.__main__ import main
from planner.checklist.bankfile import Fault
from planner.checklist.report import Anonymity, Finding, Note, Report, Source, Suggestion
from planner.cli.check_text import printed

if TYPE_CHECKING:
    from pathlib import Path

GOOD, ASK, BLOCK = "Soup at noon.", "We feed junkies every Sunday.", "Leave us a Google review, clients!"


class Stdin(io.TextIOWrapper):
    """Standard input made of bytes."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


def run(monkeypatch: pytest.MonkeyPatch, *words: str, stdin: bytes = b"") -> int:
    monkeypatch.setattr(sys, "stdin", Stdin(stdin))
    return main(["check", *words])


def lines(*drafts: object) -> bytes:
    return "\n".join(json.dumps(draft) for draft in drafts).encode()


@pytest.mark.parametrize(("text", "status"), [(GOOD, 0), (ASK, 1), (BLOCK, 2)])
def test_the_exit_status_tells_the_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, status: int
) -> None:
    assert run(monkeypatch, stdin=text.encode()) == status
    assert capsys.readouterr().out.startswith("standard input: ")


def test_files_are_read_and_named_and_the_worst_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("First line.\n" + ASK, encoding="utf-8")
    two.write_bytes("\ufeffSoup at noon.".encode())
    assert run(monkeypatch, str(one), str(two), "-", stdin=GOOD.encode()) == 1
    out = capsys.readouterr().out
    assert "ANSWER (line 2, tone.stigmatising-language): “junkies”" in out
    assert "Why: " in out
    assert "Instead: people who use drugs" in out
    assert "Source: Words Matter" in out
    assert f"{two}: Nothing matched" in out


def test_fail_on_replaces_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "--fail-on", "block", stdin=ASK.encode()) == 0
    assert run(monkeypatch, "--fail-on", "ask", stdin=ASK.encode()) == 1
    assert run(monkeypatch, "--fail-on", "advise", stdin=ASK.encode()) == 1


def test_circumstances_are_taken_from_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = b"Governor Pike failed our children again."
    assert (
        run(
            monkeypatch,
            "--author",
            "agency",
            "--country",
            "US",
            "--platform",
            "x",
            "--org-type",
            "501c3",
            "--today",
            "2026-10-20",
            stdin=text,
        )
        == 1
    )
    assert "within 60 days" in capsys.readouterr().out
    assert run(monkeypatch, "--author", "agency", stdin=text) == 0


def test_explain_shows_the_trace_and_the_cues(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run(monkeypatch, "--explain", stdin=b"Stop saying junkies. My 15-year-old client cried in session today in Bozeman.")
    out = capsys.readouterr().out
    assert "mention: drop" in out
    assert "Cues: " in out


def test_stats_count_on_standard_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run(monkeypatch, "--stats", stdin=ASK.encode())
    err = capsys.readouterr().err
    assert "1 drafts in " in err
    assert "1 revise" in err
    assert "1 tone.stigmatising-language" in err
    run(monkeypatch, "--stats", "--format", "jsonl", stdin=b"")
    assert "none" in capsys.readouterr().err


def test_one_report_a_line_in_the_order_of_the_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    drafts = [{"id": "b", "text": ASK}, {"id": "a", "text": GOOD}, {"id": "c", "text": "\ud800 soup"}]
    assert run(monkeypatch, "--format", "jsonl", stdin=lines(*drafts) + b"\n\n") == 0
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [report["id"] for report in reports] == ["b", "a", "c"]
    assert run(monkeypatch, "--format", "jsonl", "--fail-on", "ask", stdin=lines(*drafts)) == 1


def test_lines_are_independent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    drafts = [{"id": str(index), "text": text} for index, text in enumerate((GOOD, ASK, BLOCK))]
    run(monkeypatch, "--format", "jsonl", stdin=lines(*drafts))
    forward = capsys.readouterr().out.splitlines()
    run(monkeypatch, "--format", "jsonl", stdin=lines(*reversed(drafts)))
    assert sorted(forward) == sorted(capsys.readouterr().out.splitlines())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "it is no JSON"),
        (b"[1]", "a line must be a JSON object"),
        (b'{"id": "a"}', "`text` is missing"),
        (b'\xff{"id": "a"}', "it is no UTF-8"),
        (b'{"id": "a", "text": "' + b"x" * 500_000 + b'"}', "are more than a post"),
        (b"[" * 100_000, "it is nested too deeply"),
    ],
)
def test_a_malformed_line_is_named_and_the_others_are_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: bytes, said: str
) -> None:
    assert run(monkeypatch, "--format", "jsonl", stdin=line + b"\n" + lines({"id": "b", "text": GOOD})) == 2
    told = capsys.readouterr()
    assert f"check: line 1: {said}" in told.err or (said in told.err and told.err.startswith("check: line 1: "))
    assert json.loads(told.out)["id"] == "b"


def test_jsonl_files_are_read_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_bytes(lines({"id": "a", "text": GOOD}) + b"\n\nnonsense\n")
    assert run(monkeypatch, "--format", "jsonl", str(file)) == 2
    assert f"check: {file}, line 3: it is no JSON" in capsys.readouterr().err
    assert run(monkeypatch, "--format", "jsonl", str(tmp_path / "none.jsonl")) == 3


@pytest.mark.parametrize("whole", [[{"id": "a", "text": GOOD}, {"id": "b", "text": ASK}], {"id": "b", "text": ASK}])
def test_a_file_that_is_one_list_or_one_draft_is_read_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, whole: object
) -> None:
    file = tmp_path / "drafts.json"
    file.write_text(json.dumps(whole, indent=2), encoding="utf-8")
    assert run(monkeypatch, "--format", "jsonl", str(file)) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["id"] == "b"


@pytest.mark.parametrize(("text", "status"), [(GOOD, 0), (ASK, 1), (BLOCK, 2)])
def test_a_text_ends_by_its_verdict_and_lines_by_whether_they_were_read(monkeypatch: pytest.MonkeyPatch, text: str, status: int) -> None:
    draft = lines({"id": "a", "text": GOOD}, {"id": "b", "text": text})
    assert run(monkeypatch, stdin=text.encode()) == status
    assert run(monkeypatch, "--format", "jsonl", stdin=draft) == 0
    assert run(monkeypatch, "--fail-on", "never", stdin=text.encode()) == 0
    assert run(monkeypatch, "--format", "jsonl", "--fail-on", "never", stdin=b"nonsense") == 2


def test_a_word_that_the_command_does_not_know_is_a_fault_and_no_block(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "--format", "xml")
    assert ended.value.code == 3
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "--help")
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert "  3  a fault: " in out
    assert "  kind          post, reply, review-answer, bio, alt-text, note\n" in out
    with pytest.raises(SystemExit) as ended:
        main(["status", "--nonsense"])
    assert ended.value.code == 2


def test_the_words_of_the_command_stand_in_for_what_a_line_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Governor Pike failed our children again. Vote her out in November."
    told = (
        "--format",
        "jsonl",
        "--author",
        "agency",
        "--country",
        "US",
        "--today",
        "2026-10-20",
        "--fail-on",
        "block",
        "--org-type",
        "501c3",
    )
    assert run(monkeypatch, *told, stdin=lines({"id": "a", "text": text})) == 1
    assert run(monkeypatch, *told, stdin=lines({"id": "a", "text": text, "org_type": "501c4"})) == 0


def test_a_line_may_bring_its_own_day(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Governor Pike failed our children again."
    draft = {"id": "a", "text": text, "author": "agency", "country": "US", "org_type": "501c3"}
    assert run(monkeypatch, "--format", "jsonl", stdin=lines({**draft, "today": "2026-10-20"}, draft)) == 0
    first, second = (json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines())
    assert (first, second) == ("revise", "pass")


def test_plain_text_may_be_a_bio(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"@maya We feed junkies every Sunday."
    assert [run(monkeypatch, "--kind", kind, stdin=text) for kind in ("bio", "post")] == [1, 1]
    assert run(monkeypatch, "--kind", "song", stdin=text) == 3


@pytest.mark.parametrize("blank", [b"", b" \n\t"])
def test_nothing_to_check_is_no_praise(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], blank: bytes) -> None:
    assert run(monkeypatch, stdin=blank) == 3
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "check: standard input: There is no text to check.\n")
    assert run(monkeypatch, "--format", "jsonl", stdin=lines({"id": "a", "text": blank.decode()})) == 0
    assert json.loads(capsys.readouterr().out)["summary"] == "There is no text to check."


@pytest.mark.parametrize(
    ("name", "content"),
    [("drafts.jsonl", "Soup"), ("a.txt", '{"id": "a", "text": "Soup"}\n{"id": "b"}'), ("b.txt", '[{"text": "Soup"},\n {"text": "b"}]')],
)
def test_json_is_not_read_as_prose(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert run(monkeypatch, str(tmp_path / name)) == 3
    assert f"{name} holds drafts as JSON and no prose; add --format jsonl" in capsys.readouterr().err
    assert run(monkeypatch, stdin=b"{Soup} at noon.") == 0


def test_findings_that_say_the_same_are_told_once_and_people_come_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Soup is here. We feed junkies. <p>Come in.</p> We feed junkies. My client cried in session yesterday."
    assert run(monkeypatch, stdin=text.encode()) == 2
    out = capsys.readouterr().out
    assert out.count("tone.stigmatising-language") == 1
    assert "  ANSWER (2 times, first in sentence 2, tone.stigmatising-language): " in out
    assert out.index("confidentiality.client-reference") < out.index("tone.stigmatising-language")
    assert "Note: markup was pasted (<p>)" in out


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("missing.txt",), b"", "missing.txt cannot be read (No such file or directory)"),
        ((), b"\xff\xfe", "standard input is no UTF-8 text"),
        ((), b"x" * 10_000_000, "standard input is longer than 400 kB"),
        (("--today", "soon"), b"x", "--today 'soon' is no day"),
        (("--author", "poet"), b"x", "--author is 'poet'"),
        (("--profile", "missing.json"), b"x", "missing.json cannot be read"),
        (("--country", "XX"), b"x", "--country is 'XX', which is no country we know: use two letters such as US"),
        (("--country", "ON"), b"x", "--country is 'ON', which is no country we know (did you mean CA-ON?): use"),
        (("--org-type", "ngo"), b"x", "--org-type is 'ngo': use practice, agency, charity,"),
        (("--platform", "facebok"), b"x", "--platform is 'facebok' (did you mean 'facebook'?): use bluesky,"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], stdin: bytes, said: str
) -> None:
    assert run(monkeypatch, *words, stdin=stdin) == 3
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "a profile must be a JSON object"),
        ('{"nmes": ["A"]}', "the field 'nmes' is unknown (did you mean 'names'?): use names, phones,"),
        (
            '{"raised": {"tone.sensation": "ask"}}',
            "`raised` names the rule 'tone.sensation', which is none we know (did you mean 'tone.sensational'?)",
        ),
        ('{"lowered": ["x"]}', "`lowered` names the rule 'x', which is none we know: docs/rules.md lists them all"),
    ],
)
def test_a_broken_profile_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "profile.json"
    file.write_text(content, encoding="utf-8")
    assert run(monkeypatch, "--profile", str(file), stdin=b"x") == 3
    assert said in capsys.readouterr().err


def test_a_profile_and_house_rules_are_used(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    profile.write_text('{"channels": ["phone"]}', encoding="utf-8")
    house = tmp_path / "house"
    house.mkdir()
    (house / "ours.toml").write_text('[[phrase]]\ntext = "Casa Verde"\nreason = "It is closed."\nadded = 2026-01-31\n', encoding="utf-8")
    assert run(monkeypatch, "--profile", str(profile), "--rules", str(house), stdin=b"Casa Verde, ask on WhatsApp.") == 1
    out = capsys.readouterr().out
    assert "It is closed." in out
    assert "boundaries.unregistered-channel" in out


def test_a_broken_rule_file_stops_the_start(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text("[[phrase]]\n", encoding="utf-8")
    assert run(monkeypatch, "--rules", str(tmp_path), stdin=b"x") == 3
    assert "ours.toml, phrase 1: `text` needs at least three letters" in capsys.readouterr().err


def test_validate_holds_every_example_against_its_rule(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--validate") == 0
    assert ", 0 disagree." in capsys.readouterr().out
    assert run(monkeypatch, "--validate", "--today", "2099-01-01") == 0
    assert "its review was due on 20" in capsys.readouterr().err
    monkeypatch.setattr("planner.checklist.examples.disagreements", lambda _packs: ("a fault",))
    assert run(monkeypatch, "--validate") == 3
    assert "check: a fault" in capsys.readouterr().err


def test_validate_looks_over_the_lists_beside_the_rules(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("planner.checklist.examples.disagreements", lambda _packs: ())
    assert run(monkeypatch, "--validate", "--today", "2099-01-01") == 0
    assert "check: warning: crisis_lines.toml, line-us-988: review_after 2027-05-21 is over" in capsys.readouterr().err
    monkeypatch.setattr("planner.checklist.bankfile.faults", lambda _packs, _today: (Fault("a wrong day"),))
    assert run(monkeypatch, "--validate") == 3
    told = capsys.readouterr()
    assert told.err == "check: a wrong day\n"
    assert "0 disagree. 1 faults in the lists beside them." in told.out
    monkeypatch.setattr("planner.checklist.bankfile.unreadable", lambda: ("crisis_lines.toml: it is no TOML",))
    assert run(monkeypatch, "--validate") == 3
    assert "crisis_lines.toml: it is no TOML" in capsys.readouterr().err


def test_pictures_notes_and_estimates_are_shown() -> None:
    source = Source("own", "Our own", "", "", "")
    beside = Finding("f1", "r", "v", "advise", "0", 3, 3, "", "Told.", "Because.", source)
    deleted = Finding(
        "f2", "r", "v", "block", "0", 0, 3, "abc", "Told.", "Because.", source, Suggestion("delete", 0, 3, ""), evidence=("cue",)
    )
    report = Report(
        "d",
        "revise",
        (beside, deleted),
        (),
        (Note("n", "A note.", 0, 1),),
        Anonymity("About 30.", 1.0, 1.0, 1.0, (), "2020"),
        {},
        "Sum.",
        ("step",),
    )
    out = printed(report, "abc")
    assert "CONSIDER (beside the text, r)" in out
    assert "Delete: abc" in out
    assert "Note: A note." in out
    assert "Who could it be: About 30." in out
    assert "step" not in out
    assert "Ask yourself" not in out
    assert "Cues: cue" in printed(report, "abc", explain=True)


def test_a_stream_without_reconfigure_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert run(monkeypatch, stdin=GOOD.encode()) == 0


def test_a_rule_is_followed_gate_by_gate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    rule = "tone.stigmatising-language/sud-label"
    assert run(monkeypatch, "--rule", rule, stdin=b"Stop saying junkies.") == 0
    out = capsys.readouterr().out
    assert "  · rule tone.stigmatising-language/sud-label (ask):\n" in out
    assert "guard mention: STOPPED: “junkies”: it is quoted or spoken about as a word; dropped" in out
    assert "one particular person" not in out
    run(monkeypatch, "--explain", "--format", "jsonl", "--rule", "tone.stigmatising-language", stdin=lines({"id": "a", "text": ASK}))
    told = json.loads(capsys.readouterr().out)["explained"]
    assert told[0].startswith("one particular person: ")
    assert told[1].startswith("words that speak most for one particular person: ")
    assert sum(line.startswith("rule tone.stigmatising-language/") for line in told) > 3
    assert run(monkeypatch, "--rule", "tone.stigmatising-languge", stdin=b"x") == 3
    assert "(did you mean 'tone.stigmatising-language'?)" in capsys.readouterr().err
