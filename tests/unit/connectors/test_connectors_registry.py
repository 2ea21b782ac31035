"""The registry: every platform complete, and nothing heavy loaded to know it."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors import facts, measuring, petitions, registry
from connectors.base import Connector, Link, Variant

ROOT = Path(registry.__file__).parent


@pytest.mark.parametrize("info", registry.platforms(), ids=lambda info: info.name)
def test_every_platform_is_complete(info: registry.PlatformInfo) -> None:
    assert info.grade in {"tested", "beta", "hand"}
    assert (info.grade == "hand") == (info.mode == "hand")
    assert info.modes[-1] == "hand"
    assert info.tested_against.endswith(".")
    assert info.not_tested.endswith(".")
    assert info.setup.startswith("1. ")
    assert info.hand.mode == "hand"
    assert all(field.secret is False for field in info.hand_fields), "posting by hand needs no secret"
    for mode in info.modes:
        connector = registry.preview(info.name, mode)
        assert isinstance(connector, Connector)
        assert connector.name == info.name
        assert connector.capabilities().mode == ("hand" if mode == "hand" else info.mode)


def _links(name: str) -> str:
    known = facts.load(name)
    return " ".join([*(template.url for template in known.compose), known.open_url or ""])


@pytest.mark.parametrize("info", registry.platforms(), ids=lambda info: info.name)
def test_every_setting_that_a_link_needs_is_asked_for(info: registry.PlatformInfo) -> None:
    assert set(re.findall(r"\{(\w+)\}", _links(info.name))) <= {field.name for field in info.hand_fields}


def test_every_folder_with_facts_is_a_platform_and_the_other_way_round() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/facts.toml")}
    assert folders == {*registry.names(), *petitions.names()}


def test_bluesky_is_the_platform_with_an_interface() -> None:
    info = registry.platform("bluesky")
    assert (info.mode, info.modes, info.grade) == ("api", ("api", "hand"), "tested")
    assert [(field.name, field.secret) for field in info.fields] == [("server", False), ("identifier", False), ("app_password", True)]
    assert (info.capabilities.idempotency, info.capabilities.thread, info.capabilities.link_card) == ("native_forever", True, True)


def test_an_unknown_platform_names_the_known_ones() -> None:
    for call in (registry.platform, lambda name: registry.preview(name, "hand")):
        with pytest.raises(KeyError, match="bluesky, mastodon"):
            call("myspace")


def test_knowing_counting_and_showing_load_no_network_library() -> None:
    program = """
import sys
from connectors import registry
from connectors.base import Variant
registry.platforms()
for name in registry.names():
    for mode in registry.platform(name).modes:
        connector = registry.preview(name, mode)
        connector.capabilities(); connector.measure(Variant(("see example.org",))); connector.render(Variant(("see example.org",)))
print(sorted({"requests", "urllib3", "httpx", "atproto", "tweepy", "smtplib", "streamlit", "sqlalchemy", "planner"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stdout.strip() == "[]"


GOOD = """
title = "T"
checked = 2026-11-21
[length]
unit = "graphemes"
limit = 5
[media]
max_items = 1
max_bytes = 5
mimes = []
[post]
thread = false
link = "text"
"""


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('title = "T"', "", "title"),
        ('"graphemes"', '"furlongs"', "furlongs"),
        ("limit = 5", "limit =", "Invalid"),
        ('link = "text"', 'link = "text"\n[[field]]\nnam = "x"\nlabel = "X"', "nam"),
    ],
)
def test_broken_facts_name_file_and_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, named: str) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "facts.toml").write_text(GOOD.replace(old, new))
    monkeypatch.setattr(facts, "_FLOOR", tmp_path)
    with pytest.raises(ValueError, match=named) as caught:
        facts.load.__wrapped__("odd")
    assert "facts.toml" in str(caught.value)


def test_facts_without_an_interface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "facts.toml").write_text(GOOD)
    monkeypatch.setattr(facts, "_FLOOR", tmp_path)
    known = facts.load.__wrapped__("plain")
    assert (known.api, known.prices, known.fields, known.compose) == (None, None, (), ())
    bluesky: Any = __import__("connectors.bluesky.connector", fromlist=["preview"])
    with pytest.raises(ValueError, match="api"):
        bluesky.preview(known)
    verdict = registry.Hand(known, {}).measure(Variant(("long words",), reply_control="nobody", link=Link("https://a.org")))
    assert [problem.field for problem in verdict.problems] == ["text", "reply_control"]
    assert "nothing" in verdict.problems[1].reason


def test_what_x_would_charge() -> None:
    """A link makes a post thirteen times as dear."""
    known = facts.load("x")
    paid = facts.replace(known.hand, mode="beta", thread=True)
    assert measuring.measure(known, paid, Variant(("words",))).cost == Decimal("0.015")
    assert measuring.measure(known, paid, Variant(("see example.org", "words"))).cost == Decimal("0.215")
