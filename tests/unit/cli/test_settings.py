from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import SetupError
from planner.domain.sharing import Quota
from planner.settings import ROOT, Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_defaults_need_nothing() -> None:
    found = Settings.from_env({})
    assert (found.port, found.address, found.data_dir) == (8501, "127.0.0.1", ROOT / "data")
    assert found.database_url == f"sqlite:///{ROOT / 'data' / 'planner.sqlite'}"
    assert found.public_url == "http://localhost:8501"
    assert (found.smtp_url, found.webhook_url, found.key, found.rules_dir) == (None, None, None, None)


def test_the_data_folder_carries_database_and_key(tmp_path: Path) -> None:
    found = Settings.from_env({"PLANNER_DATA_DIR": str(tmp_path), "PLANNER_PORT": "9000"})
    assert found.key_file == tmp_path / "planner.key"
    assert found.database_url.endswith(f"{tmp_path}/planner.sqlite")
    assert found.public_url == "http://localhost:9000"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PLANNER_PORT", "eighty", "whole number from 1 to 65535"),
        ("PLANNER_PORT", "0", "whole number from 1 to 65535"),
        ("PLANNER_PORT", "70000", "whole number from 1 to 65535"),
        ("PLANNER_WORKER_THREADS", "-1", "whole number from 1 to 64"),
        ("PLANNER_SHARED_LIMITS", "x=0/60", "has to look like x=1500/86400"),
        ("PLANNER_SHARED_LIMITS", "x=5/60 bluesky", "has to look like x=1500/86400"),
        ("PLANNER_ADDRESS", "0.0.0.0", "one of 127.0.0.1, localhost, ::1"),  # noqa: S104 - refused, never listened on
        ("PLANNER_LOG_LEVEL", "loud", "one of DEBUG, INFO, WARNING, ERROR"),
        ("PLANNER_RULES_DIR", "/no/such/folder", "which is no folder"),
        ("PLANNER_SMTP_URL_FILE", "/no/such/file", "which cannot be read"),
        ("PLANNER_PROT", "8501", "PLANNER_PROT is not a setting of this product"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(name: str, value: str, words: str) -> None:
    with pytest.raises(SetupError) as caught:
        Settings.from_env({name: value})
    assert name in caught.value.sentence
    assert words in caught.value.sentence


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(SetupError) as caught:
        Settings.from_env({"PLANNER_PORT": "x", "PLANNER_LOG_LEVEL": "y", "PLANNER_NEW": "z"})
    assert all(name in caught.value.sentence for name in ("PLANNER_PORT", "PLANNER_LOG_LEVEL", "PLANNER_NEW"))


def test_the_suites_own_variables_are_left_alone() -> None:
    Settings.from_env({"PLANNER_TEST_REQUIRE": "browser", "PLANNER_SERVERS_DIR": "/tmp/x"})  # noqa: S108 - never opened


def test_secrets_come_from_files_and_stay_out_of_repr(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("smtp://user:hunter2@mail.example:25\n")
    found = Settings.from_env(
        {
            "PLANNER_SMTP_URL_FILE": str(tmp_path / "smtp"),
            "PLANNER_WEBHOOK_URL": "https://hooks.example/secret-path",
            "PLANNER_KEY": "k" * 44,
            "PLANNER_DATABASE_URL": "postgresql://u:pw-in-url@db.example/planner",
        }
    )
    assert found.smtp_url == "smtp://user:hunter2@mail.example:25"
    for secret in ("hunter2", "secret-path", "k" * 44, "pw-in-url"):
        assert secret not in repr(found)


def test_an_empty_secret_file_means_none(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("\n")
    assert Settings.from_env({"PLANNER_SMTP_URL_FILE": str(tmp_path / "smtp")}).smtp_url is None


def test_a_rules_folder_is_taken(tmp_path: Path) -> None:
    assert Settings.from_env({"PLANNER_RULES_DIR": str(tmp_path)}).rules_dir == tmp_path


def test_shared_limits_are_read_by_platform() -> None:
    found = Settings.from_env({"PLANNER_SHARED_LIMITS": "x=1500/86400, bluesky=300/300"}).shared_limits
    assert found == {"x": Quota(1500, timedelta(days=1)), "bluesky": Quota(300, timedelta(minutes=5))}
    assert Settings.from_env({}).shared_limits == {}


ON_THIS = "http://127.0.0.1:11434"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"URL": ON_THIS}, "PLANNER_READER_URL is set without PLANNER_READER_MODEL"),
        ({"MODEL": "reader"}, "PLANNER_READER_MODEL is set without PLANNER_READER_URL"),
        ({"KEY": "hunter2"}, "PLANNER_READER_KEY is set without PLANNER_READER_URL"),
        ({"ELSEWHERE": "our own room"}, "PLANNER_READER_ELSEWHERE is set without PLANNER_READER_URL"),
        ({"URL": "localhost:11434", "MODEL": "reader"}, "is “localhost:11434”, but has to look like http://127.0.0.1:11434"),
        ({"URL": "https://api.example.com/v1", "MODEL": "reader"}, "names “api.example.com”, another machine than this one"),
        ({"URL": "http://10.0.0.8:11434", "MODEL": "reader", "ELSEWHERE": "our own room"}, "for all to read on the way; use https://"),
    ],
)
def test_a_second_reader_that_could_not_be_asked_stops_the_start(told: dict[str, str], words: str) -> None:
    with pytest.raises(SetupError) as caught:
        Settings.from_env({f"PLANNER_READER_{name}": value for name, value in told.items()})
    assert words in caught.value.sentence
    assert "hunter2" not in caught.value.sentence


@pytest.mark.parametrize("told", [{"URL": ON_THIS}, {"URL": "https://models.example/v1", "ELSEWHERE": "our own room", "KEY": "k"}])
def test_a_second_reader_that_can_be_asked_starts(told: dict[str, str]) -> None:
    found = Settings.from_env({"PLANNER_READER_MODEL": "reader", **{f"PLANNER_READER_{name}": value for name, value in told.items()}})
    assert (found.reader_url, found.reader_model) == (told["URL"], "reader")
