"""Posting by hand: what the card shows, what the links prefill, and that nothing is ever sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from connectors_stub import MemoryJournal, Shelf
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from connectors.base import ComposeLink, Credentials, Link, Media, Ref, Unknown, Variant
from connectors.errors import Forbidden
from connectors.tokens import HeldTokens

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
JPEG = Media("b.jpg", "image/jpeg", b"\xff\xd8\xff\xe0rest", "A quiet room")
VARIANT = Variant(("Hello & welcome #Hope",), title="A title", link=Link("https://example.org/a?b=c"), tags=("SocialWork",))
SETTINGS = {"server": "mastodon.social", "site": "https://www.yourpractice.org/", "page": "facebook.com/yours", "community": "socialwork"}


def link(platform: str, variant: Variant = VARIANT, **settings: str) -> ComposeLink | None:
    return registry.preview(platform, "hand", {**SETTINGS, **settings}).compose_link(variant)


def query(found: ComposeLink | None) -> tuple[str, dict[str, str]]:
    assert found is not None
    parts = urlsplit(found.url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", {name: values[0] for name, values in parse_qs(parts.query).items()}


TEXT = "Hello & welcome #Hope\n\n#SocialWork"
WITH_URL = TEXT + "\n\nhttps://example.org/a?b=c"


@pytest.mark.parametrize(
    ("platform", "address", "prefilled"),
    [
        ("bluesky", "https://bsky.app/intent/compose", {"text": WITH_URL}),
        ("mastodon", "https://mastodon.social/share", {"text": WITH_URL}),
        (
            "x",
            "https://x.com/intent/post",
            {"text": "Hello & welcome #Hope", "url": "https://example.org/a?b=c", "hashtags": "SocialWork"},
        ),
        ("threads", "https://www.threads.net/intent/post", {"text": "Hello & welcome #Hope", "url": "https://example.org/a?b=c"}),
        ("linkedin", "https://www.linkedin.com/feed/", {"shareActive": "true", "text": WITH_URL}),
        ("wordpress", "https://www.yourpractice.org/wp-admin/post-new.php", {"post_title": "A title", "content": WITH_URL}),
        ("reddit", "https://www.reddit.com/r/socialwork/submit", {"title": "A title", "url": "https://example.org/a?b=c"}),
        ("pinterest", "https://www.pinterest.com/pin/create/button/", {"url": "https://example.org/a?b=c", "description": TEXT}),
        ("facebook", "https://facebook.com/yours", {}),
        ("instagram", "https://www.instagram.com/", {}),
    ],
)
def test_compose_links(platform: str, address: str, prefilled: dict[str, str]) -> None:
    found = link(platform)
    assert query(found) == (address, prefilled)
    assert found is not None
    assert bool(found.prefills) == bool(prefilled)


def test_without_a_link_reddit_takes_the_text_and_pinterest_opens_its_own_page() -> None:
    plain = replace(VARIANT, link=None)
    assert query(link("reddit", plain)) == ("https://www.reddit.com/r/socialwork/submit", {"title": "A title", "text": TEXT})
    assert query(link("pinterest", plain)) == ("https://www.pinterest.com/pin-creation-tool/", {})


@pytest.mark.parametrize(
    ("platform", "setting"), [("mastodon", "server"), ("wordpress", "site"), ("reddit", "community"), ("change_org", "petition")]
)
def test_a_link_that_misses_its_setting_is_not_there(platform: str, setting: str) -> None:
    assert link(platform, **{setting: " "}) is None


@pytest.mark.parametrize("server", ["mastodon.social", "https://mastodon.social/", " http://mastodon.social"])
def test_addresses_may_be_pasted_in_any_form(server: str) -> None:
    assert query(link("mastodon", server=server))[0] == "https://mastodon.social/share"


@pytest.mark.parametrize("page", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_a_link_always_leads_to_the_web(page: str) -> None:
    found = link("facebook", page=page)
    assert found is not None
    assert found.url.startswith("https://")


def test_a_long_text_is_left_out_of_the_link() -> None:
    long = replace(VARIANT, segments=("x" * 2500,))
    found = link("x", long)
    assert query(found) == ("https://x.com/intent/post", {"url": "https://example.org/a?b=c", "hashtags": "SocialWork"})
    assert found is not None
    assert (found.prefills, "too long" in found.note) == (("url", "tags"), True)


def test_a_long_link_is_left_out_too() -> None:
    found = link("x", replace(VARIANT, link=Link("https://example.org/" + "x" * 2500)))
    assert found is not None
    assert (found.url, found.prefills) == ("https://x.com/intent/post", ())


@given(st.text(max_size=120))
def test_a_link_gives_back_exactly_the_text(text: str) -> None:
    _, values = query(registry.preview("bluesky", "hand").compose_link(Variant((text,))))
    assert values.get("text", "") == text


def test_the_card_has_everything_that_a_person_needs() -> None:
    variant = replace(VARIANT, media=(JPEG,), reply_control="nobody", visibility="public", content_warning="death")
    (part,) = registry.preview("mastodon", "hand").render(variant)
    assert part.payload == {
        "text": WITH_URL,
        "title": "A title",
        "link": "https://example.org/a?b=c",
        "images": [{"digest": JPEG.digest, "name": "b.jpg", "alt": "A quiet room"}],
        "set": {"visibility": "public", "reply_control": "nobody", "content_warning": "death"},
        "reminders": list(registry.platform("mastodon").reminders),
    }
    assert part.media == (JPEG.digest,)


def test_the_card_of_a_thread() -> None:
    parts = registry.preview("threads", "hand").render(Variant(("one", "two")))
    assert [(part.index, part.payload["text"]) for part in parts] == [(0, "one"), (1, "two")]
    assert parts[0].payload["link"] is None


@pytest.mark.parametrize("platform", registry.names())
def test_nothing_is_ever_sent(platform: str) -> None:
    credentials = Credentials({"handle": "@mine"})
    hand = registry.connect(platform, "hand", credentials, clock=None)  # type: ignore[arg-type] - there is nothing to time
    (part,) = hand.render(VARIANT)
    with pytest.raises(Forbidden, match="by hand"):
        hand.publish(part, attempt_key="k", journal=MemoryJournal(), media=Shelf())
    assert isinstance(hand.find(part, attempt_key="k", since=AT, journal=MemoryJournal()), Unknown)
    with pytest.raises(Forbidden, match="by hand"):
        hand.delete(Ref("r"))
    with pytest.raises(Forbidden, match="by hand"):
        hand.account_metrics()
    assert hand.post_metrics([Ref("r")]) == {}
    hand.refresh_auth(HeldTokens(credentials))
    assert hand.check_auth().ok
    rules = hand.capabilities()
    assert (rules.mode, rules.idempotency, rules.can_read_back, rules.can_delete, rules.metrics) == ("hand", "none", False, False, ())


def test_the_card_names_the_account() -> None:
    hand = registry.connect("linkedin", "hand", Credentials({"handle": "My practice"}), clock=None)  # type: ignore[arg-type] - see above
    assert hand.check_auth().handle == "My practice"


@pytest.mark.parametrize(
    ("platform", "variant", "fields"),
    [
        ("x", Variant(("x" * 280,)), []),
        ("x", Variant(("x" * 281,)), ["text"]),
        ("x", Variant(("x" * 256 + " https://example.org/" + "y" * 90,)), []),
        ("x", Variant(("x" * 257 + " https://example.org/",)), ["text"]),
        ("x", Variant(("one", "two")), ["text"]),
        ("mastodon", Variant(("x" * 477,), link=Link("https://example.org/" + "y" * 90)), ["text"]),
        ("mastodon", Variant(("x" * 475,), link=Link("https://example.org/" + "y" * 90)), []),
        ("instagram", Variant(("words",)), ["media"]),
        ("instagram", Variant(("words",), media=(replace(JPEG, mime="image/png"),)), ["media"]),
        ("instagram", Variant(("words",), media=(JPEG,)), []),
        ("pinterest", Variant(("words",), title="t" * 101, media=(JPEG,)), ["title"]),
        ("pinterest", Variant(("words",), media=(replace(JPEG, alt="a" * 501),)), ["alt"]),
        ("reddit", Variant(("words",), title=" "), ["title"]),
        ("linkedin", Variant(("🙂" * 1500,)), []),
        ("linkedin", Variant(("🙂" * 1501,)), ["text"]),
        ("threads", Variant(("🙂" * 126,)), ["text"]),
        ("mastodon", Variant(("words",), visibility="direct"), ["visibility"]),
        ("mastodon", Variant(("words",), visibility="unlisted", content_warning="death"), []),
    ],
)
def test_the_platforms_own_rules(platform: str, variant: Variant, fields: list[str]) -> None:
    verdict = registry.preview(platform, "hand").measure(variant)
    assert [problem.field for problem in verdict.problems] == fields
    assert verdict.cost is None
