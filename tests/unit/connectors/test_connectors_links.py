"""Links and emoji are found where the Python port of twitter-text finds them; what that errs in, `counting` sets right before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from twitter_text import extract_emojis_with_indices, extract_urls_with_indices
from twitter_text.regexp.emoji import emoji_list

from connectors import links
from tests.contract.connector_rig import SAMPLES
from tools import build_counted

ENDS = ("com", "org", "co.uk", "рф", "中国", "xn--p1ai", "travel", "x", "example", "日本", "müller", "t.co", "com.br")
SIGNS = "abz.-_/:@#$?=&()~ \n日本éД한کx0+'!,;%[]|\u202a\u200d\ufe0f👍🏾🇺🇸👨👩❤"
GLUE = ("\u200d", "\ufe0f", "\U0001f3fb", "")


def same(text: str, *, bare: bool) -> bool:
    """Tell whether both find the same links."""
    theirs = [(*one["indices"], len(one["url"])) for one in extract_urls_with_indices(text, bare)]
    return theirs == [tuple(one) for one in links.found(text, bare=bare)]


def test_the_tables_are_what_is_made_of_the_port() -> None:
    assert Path(links.__file__).with_name("counted.toml").read_text(encoding="utf-8") == build_counted.page()


@pytest.mark.parametrize("bare", [True, False])
def test_links_stand_where_the_port_finds_them(bare: bool) -> None:
    rnd = random.Random(3)  # noqa: S311 - the same texts at every run
    texts = ["".join(rnd.choices(SIGNS, k=rnd.randint(3, 30))) for _ in range(2_000)]
    for _ in range(3_000):
        kinds = (lambda end: f".{end}", lambda end: f"https://{end}", lambda end: f"{end}/{''.join(rnd.choices(SIGNS, k=5))}", str)
        texts.append("".join(rnd.choice(kinds)(end) for end in rnd.choices(ENDS, k=rnd.randint(2, 6))))
    assert [text for text in (*texts, *SAMPLES.values()) if not same(text, bare=bare)] == []


@pytest.mark.parametrize(
    ("text", "bare", "found"),
    [
        ("", True, []),
        ("a: b", False, []),
        ("-example.org", True, []),
        ("/example.org", True, []),
        ("日本example.org/a", True, [(2, 15, 13)]),
        ("日本.example.org/a", True, [(3, 16, 13)]),
        ("я.example.org/я.example.org", True, [(2, 27, 23)]),
        ("https://t.co/abc/d?e=f", True, [(0, 16, 16)]),
        ("https://t.co/" + "a" * 40, True, [(0, 53, 53)]),
        ("https://t.co/" + "a" * 41, True, []),
        ("https://example.org/" + "a" * 4068, True, [(0, 4088, 4088)]),
        ("https://example.org/" + "a" * 4069, True, []),
        ("https://" + "a" * 64 + ".com", True, []),
        ("a.org b.org/c", True, [(0, 5, 5), (6, 13, 7)]),
    ],
)
def test_the_edges_of_links(text: str, bare: bool, found: list[tuple[int, int, int]]) -> None:
    assert same(text, bare=bare)
    assert links.found(text, bare=bare) == found


def test_emoji_beside_each_other_are_told_apart_as_in_the_port() -> None:
    rnd = random.Random(5)  # noqa: S311 - the same texts at every run
    listed = [one.emoji for one in emoji_list]
    glued = (rnd.choice(listed) + rnd.choice(GLUE) + rnd.choice(listed) for _ in range(3_000))
    for text in (*listed, *glued):
        theirs = {one["indices"][0]: len(one["emoji"]) for one in extract_emojis_with_indices(text)}
        assert links.emoji(text) == theirs
