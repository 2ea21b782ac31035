"""X without a server: counting by twitter-text's rules, cost, rendering, comparing, figures by age."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors import counting, facts, registry
from connectors.base import Link, Media, Ref, Variant
from connectors.errors import Forbidden
from connectors.x import figures, mapping
from connectors.x.connector import connect, preview

PLAN = registry.preview("x", "api")
THREADS = registry.preview("x", "api", {"told.threads": "yes"})
CONTRACTS = Path(os.environ.get("PLANNER_CONTRACTS_DIR", Path(__file__).parents[4] / "shared" / "data" / "contracts"))
FAMILY = "👨‍👩‍👧‍👦"
IMAGE = Media("a.png", "image/png", b"\x89PNG\r\n\x1a\n", "A door")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a" * 280, 280),
        ("日" * 140, 280),
        ("日" * 141, 282),
        (FAMILY * 140, 280),
        ("🇺🇸" * 140, 280),
        ("👍🏾", 2),
        ("1\ufe0f\u20e3", 2),
        ("e\u0301" * 280, 280),
        ("é" * 280, 280),
        ("https://example.org/" + "a" * 300, 23),
        ("http://test.co", 23),
        ("example.org", 23),
        ("see example.org, please", 35),
        ("@ada hello", 10),
        ("#SocialWork", 11),
        ("شكرا", 4),
        ("\u202aabc\u202c", 7),
        ("a\n\nb", 4),
        ("\u2013\u2014\u2018\u2019\u201c\u201d", 6),
        ("\u2026", 2),
        ("© ® ©️", 6),
        ("\u0634\u0643\u0631\u0627example.org", 27),
        ("👁️‍🗨️", 5),
        ("a\r\nb", 4),
    ],
)
def test_the_count_follows_twitter_text(text: str, length: int) -> None:
    """Our own examples after twitter-text's rules of 2018: the suite needs no file from outside."""
    verdict = PLAN.measure(Variant((text,)))
    assert (verdict.unit, verdict.parts[0].used, verdict.fits) == ("weighted", length, length <= 280)


def _cases(group: str) -> list[tuple[str, int]]:
    """Read the texts and their weights from twitter-text's own file; it is YAML of one shape, so a few lines read it."""
    source = (CONTRACTS / "twitter-text" / "validate.yml").read_text(encoding="utf-8")
    section = source.partition(f"  {group}:")[2]
    section = re.split(r"^  \w+:", section, maxsplit=1, flags=re.MULTILINE)[0]
    found = re.findall(r'^      text: "(.*)"\n      expected:\n        weightedLength: (\d+)', section, flags=re.MULTILINE)
    return [(_unescaped(text), int(length)) for text, length in found]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))", _character, text)


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    return chr(int(code, 16)) if code else {"n": "\n", "t": "\t"}.get(found[4], found[4])


@pytest.mark.skipif(not (CONTRACTS / "twitter-text").is_dir(), reason="twitter-text's file is not here: set PLANNER_CONTRACTS_DIR.")
@pytest.mark.parametrize(
    ("group", "cases"), [("WeightedTweetsWithDiscountedEmojiCounterTest", 22), ("UnicodeDirectionalMarkerCounterTest", 2)]
)
def test_twitter_texts_own_cases(group: str, cases: int) -> None:
    read = _cases(group)
    assert len(read) == cases
    assert [counting.weighted(text) for text, _ in read] == [length for _, length in read]


@pytest.mark.parametrize(
    ("variant", "cost"),
    [
        (Variant(("words",)), "0.015"),
        (Variant(("see example.org",)), "0.20"),
        (Variant(("see https://example.org",)), "0.20"),
        (Variant(("words",), link=Link("https://example.org")), "0.20"),
        (Variant(("one", "two")), "0.030"),
        (Variant(("words",), media=(IMAGE, IMAGE)), "0.025"),
        (Variant(("words",), media=(facts.replace(IMAGE, alt=""),)), "0.015"),
    ],
)
def test_what_a_post_costs_is_known_before_it_is_scheduled(variant: Variant, cost: str) -> None:
    assert THREADS.measure(variant).cost == Decimal(cost)
    assert registry.preview("x", "hand").measure(variant).cost is None


def test_threads_are_off_until_switched_on() -> None:
    assert (PLAN.capabilities().thread, THREADS.capabilities().thread) == (False, True)
    [problem] = PLAN.measure(Variant(("one", "two"))).problems
    assert "no threads here" in problem.reason


def test_a_gif_stands_alone() -> None:
    gif = Media("a.gif", "image/gif", b"GIF89a", "A wave")
    assert PLAN.measure(Variant(("x",), media=(gif,))).fits
    assert PLAN.render(Variant(("x",), media=(gif,)))[0].payload["images"][0]["category"] == "tweet_gif"
    assert "GIF only alone" in PLAN.measure(Variant(("x",), media=(gif, IMAGE))).problems[0].reason


def test_what_is_sent() -> None:
    variant = Variant(("one", "two"), media=(IMAGE,), tags=("Help",), reply_control="verified", link=Link("https://example.org"))
    first, second = THREADS.render(variant)
    assert first.payload == {
        "text": "one\n\n#Help\n\nhttps://example.org",
        "images": [{"digest": IMAGE.digest, "alt": "A door", "category": "tweet_image"}],
        "reply_settings": "verified",
    }
    assert second.payload == {"text": "two", "images": []}
    assert mapping.body(first, ["7"], ()) == {
        "text": "one\n\n#Help\n\nhttps://example.org", "media": {"media_ids": ["7"]}, "reply_settings": "verified",
    }  # fmt: skip
    assert mapping.body(second, [], (Ref("5"),)) == {"text": "two", "reply": {"in_reply_to_tweet_id": "5"}}


def _post(text: str, **more: Any) -> dict[str, Any]:
    return {"id": "9", "text": text, **more}


def _link(short: str, full: object, **more: str) -> dict[str, Any]:
    return {"entities": {"urls": [{"url": short, "expanded_url": full, **more}]}}


@pytest.mark.parametrize(
    ("post", "ours"),
    [
        (_post("Read example.org &amp; &lt;more&gt;"), True),
        (_post("Read https://t.co/a &amp; &lt;more&gt;", **_link("https://t.co/a", "http://example.org/")), True),
        (_post("Read https://t.co/a &amp; &lt;more&gt;", **_link("https://t.co/a", "http://example.com/")), False),
        (_post("Read  EXAMPLE.org\n& <more>"), True),
        (_post("cut…", note_tweet={"text": "Read example.org &amp; &lt;more&gt;"}), True),
        (_post("cut…", note_post={"text": "Read example.org &amp; &lt;more&gt;"}), True),
        (_post("Read example.org & <more>", referenced_tweets=[{"type": "replied_to", "id": "5"}]), False),
        (_post("Read example.org & <more>", referenced_posts=[{"type": "replied_to", "id": "5"}]), False),
        (_post("Read example.org & <more>", referenced_posts=[{"type": "quoted", "id": "5"}, "odd"]), True),
        (_post("Read example.org & <more> https://t.co/p", **_link("https://t.co/p", "https://x.com/p/1", media_key="3_1")), True),
        (_post("Read example.org & <more>", attachments={"media_keys": ["3_1"]}), False),
        (_post("Read example.org & <more> https://t.co/p", **_link("https://t.co/p", None)), True),
        ({"id": "9", "text": 7}, False),
    ],
)
def test_which_post_is_ours(post: dict[str, Any], ours: bool) -> None:
    """X escapes words, shortens links, and nobody knows which names of fields it sends."""
    (part,) = PLAN.render(Variant(("Read example.org & <more>",)))
    assert mapping.is_ours(part, post, ()) == ours


def test_a_number_says_when_a_post_was_made() -> None:
    """X's own example of a snowflake."""
    assert mapping.posted_at("1541815603606036480") == datetime(2022, 6, 28, 16, 7, 40, 105000, tzinfo=UTC)


def test_what_only_the_author_sees_is_asked_for_as_long_as_x_gives_it_out() -> None:
    now = datetime(2026, 11, 21, 9, tzinfo=UTC)
    refs = [_number(now - timedelta(days=days)) for days in (0, 29, 30, 300)]
    found = [(call.params["tweet.fields"], some) for call, some in figures.calls([*refs, Ref("odd")], now)]
    assert found == [("public_metrics,non_public_metrics", tuple(refs[:2])), ("public_metrics", (*refs[2:], Ref("odd")))]
    many = [Ref(str(int(refs[0]) + number)) for number in range(101)]
    assert [len(some) for _, some in figures.calls(many, now)] == [100, 1]


def _number(moment: datetime) -> Ref:
    return Ref(str((int(moment.timestamp() * 1000) - 1_288_834_974_657) << 22))


@pytest.mark.parametrize("names", [("retweet_count", "tweet_count"), ("repost_count", "post_count")])
def test_figures_are_read_in_both_spellings_and_what_is_missing_stays_missing(names: tuple[str, str]) -> None:
    now = datetime(2026, 11, 21, 9, tzinfo=UTC)
    said = {"data": [{"id": "7", "public_metrics": {names[0]: 3, "like_count": None, "reply_count": True}}, "odd"]}
    [found] = figures.of_posts(said, [Ref("7")], now).values()
    assert {name: value for name, value in found.values.items() if value is not None} == {"reposts": 3}
    assert figures.of_account({"data": {"public_metrics": {names[1]: 4}}}, now).values == {"followers": None, "following": None, "posts": 4}
    assert figures.of_account({"data": 7}, now).values == {"followers": None, "following": None, "posts": None}


def test_the_facts_name_every_figure_that_is_read() -> None:
    known = facts.load("x").api
    assert known is not None
    now = datetime(2026, 11, 21, 9, tzinfo=UTC)
    found = figures.of_posts({"data": [{"id": "7"}]}, [Ref("7")], now)[Ref("7")]
    assert (tuple(found.values), known.metrics_window_days) == (known.metrics, 30)


def test_without_a_login_nothing_is_sent() -> None:
    with pytest.raises(Forbidden, match="not connected"):
        PLAN.check_auth()
    link = PLAN.compose_link(Variant(("words",)))
    assert link is not None
    assert link.url == "https://x.com/intent/post?text=words"


def test_facts_that_lack_a_table_are_named() -> None:
    known = facts.load("x")
    with pytest.raises(ValueError, match=r"\[api\]"):
        preview(facts.replace(known, api=None))
    nothing: Any = None
    with pytest.raises(ValueError, match=r"\[sign_in\]"):
        connect(facts.replace(known, sign_in=None), nothing, nothing, nothing)
