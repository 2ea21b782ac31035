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


HEIC = replace(JPEG, mime="image/heic")
TWO = (JPEG, JPEG)


@pytest.mark.parametrize(
    ("platform", "variant", "words"),
    [
        ("x", Variant(("x" * 281,)), "The text is too long for X: 281 of 280. Shorten it, or split it with a line that holds only ---."),
        (
            "threads",
            Variant(("a", "x" * 501)),
            "Part 2 is too long for Threads: 501 of 500. Shorten it, or split it with a line that holds only ---.",
        ),
        ("x", Variant(("one", "two")), "X has no threads here. Take out the lines that hold only ---."),
        ("x", Variant(("",)), "There is no text. Write one."),
        ("reddit", Variant(("words",)), "Reddit needs a title. Write one."),
        ("reddit", Variant(("words",), title="t" * 301), "The title has 301 characters, the limit is 300. Shorten it."),
        ("instagram", Variant(("words",)), "Instagram takes no post without an image. Add one."),
        ("pinterest", Variant(("words",), media=TWO), "2 images, at most 1 are taken. Remove some."),
        ("pinterest", Variant(("words",), media=(HEIC,)), "b.jpg is image/heic. Save it as JPEG or PNG."),
        (
            "pinterest",
            Variant(("words",), media=(replace(JPEG, mime="image/png"),)),
            "b.jpg is not what its type says (image/png). Open and save it again.",
        ),
        (
            "threads",
            Variant(("words",), media=(replace(JPEG, data=JPEG.data.ljust(8_000_001, b"x")),)),
            "b.jpg has 8,000,001 bytes, the limit is 8,000,000. Make it smaller.",
        ),
        (
            "pinterest",
            Variant(("words",), media=(replace(JPEG, alt="a" * 501),)),
            "The description of b.jpg has 501 characters, the limit is 500. Shorten it.",
        ),
        (
            "pinterest",
            Variant(("words",), media=(replace(JPEG, data=JPEG.data + b"Exif\x00\x00"),)),
            "b.jpg still holds camera data, perhaps a place. Add the image again, so that it is cleaned.",
        ),
        (
            "x",
            Variant(("words",), content_warning="death"),
            "X has no content warning. Put it into the first line of the text, and leave the field empty.",
        ),
        ("mastodon", Variant(("words",), visibility="direct"), "Mastodon cannot post as direct. Choose public or unlisted or private."),
        ("x", Variant(("words",), visibility="unlisted"), "X cannot post as unlisted. Choose public."),
        (
            "x",
            Variant(("words",), reply_control="nobody"),
            "X cannot limit replies to nobody. Choose following or mentionedUsers or subscribers or verified.",
        ),
        ("reddit", Variant(("words",), title="t", reply_control="nobody"), "Reddit cannot limit replies to nobody. Choose nothing."),
    ],
)
def test_what_a_person_reads(platform: str, variant: Variant, words: str) -> None:
    """What is wrong, where, and what to do next."""
    assert [problem.reason for problem in registry.preview(platform, "hand").measure(variant).problems] == [words]


@pytest.mark.parametrize(
    ("platform", "variant"),
    [
        ("reddit", Variant(("words",), title="t" * 300)),
        ("pinterest", Variant(("words",), media=(replace(JPEG, alt="a" * 500),))),
        ("threads", Variant(("words",), media=(replace(JPEG, data=JPEG.data.ljust(8_000_000, b"x")),))),
        ("x", Variant(("x" * 280,), media=(JPEG,) * 4)),
    ],
)
def test_at_the_limit_it_still_fits(platform: str, variant: Variant) -> None:
    verdict = registry.preview(platform, "hand").measure(variant)
    assert (verdict.problems, verdict.unit) == ((), registry.platform(platform).hand.length.unit)


@pytest.mark.parametrize(("over", "prefills"), [(0, ("text",)), (1, ())])
def test_a_link_of_two_thousand_characters_is_the_longest(over: int, prefills: tuple[str, ...]) -> None:
    base = len("https://bsky.app/intent/compose?text=")
    found = link("bluesky", Variant(("x" * (2000 - base + over),)))
    assert found is not None
    assert (found.prefills, len(found.url)) == (prefills, 31 if over else 2000)


def test_a_card_says_what_its_link_does_not_do() -> None:
    found = link("linkedin")
    assert found is not None
    assert (found.prefills, found.note) == (
        ("text",),
        "It posts as you, the member. For a page open the page's admin view and copy the text.",
    )
    assert link("facebook") == ComposeLink("https://facebook.com/yours", (), "Copy the text from the card.")
    assert link("x") == ComposeLink(
        "https://x.com/intent/post?text=Hello%20%26%20welcome%20%23Hope&url=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc&hashtags=SocialWork",
        ("text", "url", "tags"),
    )


def test_a_community_with_rules_has_a_way_to_them() -> None:
    found = link("reddit")
    assert found is not None
    assert found.rules == "https://www.reddit.com/r/socialwork/about/rules"
    assert [name for name in registry.names() if (other := link(name)) is not None and other.rules] == ["reddit"]


def test_a_setting_that_was_never_given_leaves_the_link_out() -> None:
    assert registry.preview("mastodon", "hand").compose_link(VARIANT) is None


def test_nothing_to_prefill_at_all() -> None:
    assert link("x", Variant(())) == ComposeLink("https://x.com/intent/post", ())


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("see https://example.org", True),
        ("see https://example.org.", True),
        ("(https://example.org): read it", True),
        ("see https://example.org/about", False),
        ("see https://example.org.uk", False),
        ("see https://example.org:8080", False),
        ("see https://example.org?q=1", False),
        ("see example.org", False),
    ],
)
def test_a_link_is_added_unless_it_stands_there(text: str, there: bool) -> None:
    (part,) = registry.preview("mastodon", "hand").render(Variant((text,), link=Link("https://example.org")))
    assert part.payload["text"] == (text if there else f"{text}\n\nhttps://example.org")


@pytest.mark.parametrize("text", ["Hello #socialwork", "Hello #SocialWork.", "(#SocialWork)", "#SocialWork, and more"])
def test_a_tag_in_the_text_is_not_doubled(text: str) -> None:
    (part,) = registry.preview("x", "hand").render(Variant((text,), tags=("SocialWork",)))
    assert part.payload["text"] == text


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
