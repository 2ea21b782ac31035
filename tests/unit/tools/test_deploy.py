"""What deploy/ ships: the compose file is sound YAML, and every command, file and setting that it names is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from planner.__main__ import COMMANDS
from planner.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())  # type: ignore[no-any-return]


def test_a_team_has_a_database_a_dashboard_and_two_workers() -> None:
    services = compose()["services"]
    assert set(services) == {"database", "dashboard", "worker"}
    assert services["worker"]["deploy"]["replicas"] == 2
    for name in ("dashboard", "worker"):
        assert services[name]["command"] in COMMANDS
        assert services[name]["restart"] == "always"
        assert (DEPLOY / services[name]["build"]["context"]).resolve() == ROOT
        assert (ROOT / services[name]["build"]["dockerfile"]).is_file()
        assert services[name]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert all(re.match(r"127\.0\.0\.1:", port) for port in services["database"]["ports"])
    assert {volume.partition(":")[0] for one in services.values() for volume in one["volumes"]} <= set(compose()["volumes"])


def test_the_settings_it_gives_are_settings_and_its_only_secret_comes_from_the_environment(tmp_path: Path) -> None:
    given = compose()["services"]["worker"]["environment"]
    values = {name: re.sub(r"\$\{POSTGRES_PASSWORD:\?[^}]*\}", "a-password", value) for name, value in given.items()}
    settings = Settings.from_env({**values, "PLANNER_DATA_DIR": str(tmp_path)})
    assert settings.database_url == "postgresql://discreet:a-password@127.0.0.1:5432/discreet"
    assert (DEPLOY / "env.example").read_text().splitlines()[-1] == "POSTGRES_PASSWORD="


def test_the_image_copies_what_is_there_and_runs_as_nobody_special() -> None:
    lines = [line.split() for line in (DEPLOY / "Dockerfile").read_text().splitlines() if line and not line.startswith("#")]
    copied = [words[-2] for words in lines if words[0] == "COPY"]
    assert all((ROOT / name).exists() for name in copied)
    assert ["USER", "discreet"] in lines
    assert lines[-1] == ["CMD", '["worker"]']
