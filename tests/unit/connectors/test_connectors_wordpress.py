"""What WordPress is sent: the author's words and nothing else, in blocks, under a name that can be found again."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from connectors_stub import FixedClock, MemoryJournal, Shelf, Stub, answer
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from connectors.base import Credentials, Link, Media, Part, Ref, Timeouts, Variant
from connectors.errors import AuthExpired, Doubtful, Forbidden, Rejected, Temporary
from connectors.wordpress import mapping, site

if TYPE_CHECKING:
    from connectors.base import Connector

KEY = "0123456789abcdef0123456789abcdef"
PNG = Media("My Room.png", "image/png", b"\x89PNG\r\n\x1a\n", 'A "quiet" room')
FILE = {"id": 7, "url": "https://site.example/room.png"}


class Reader(HTMLParser):
    """Reads a post the way a browser does."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.text += {"p": "\n\n", "br": "\n"}.get(tag, "")

    def handle_data(self, data: str) -> None:
        self.text += data


def read(content: str) -> Reader:
    reader = Reader()
    reader.feed(re.sub(r"\n?<!-- /?wp:\w+( \{.*?\})? -->\n?", "", content))
    reader.close()
    return reader


def part(**change: Any) -> Part:
    return mapping.render(replace(Variant(("Words",), title="A title"), **change))[0]


def words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()


@given(st.lists(st.text(st.sampled_from("ab<>&\"'[]/!- \n\té\u0301日👨\u200d👩;:.#http")), max_size=4).map("https://e.org/".join))
def test_a_browser_reads_exactly_the_authors_words(text: str) -> None:
    content = "\n\n".join(part(segments=(text,)).payload["blocks"])
    reader = read(content)
    assert words(reader.text) == words(text)
    assert reader.tags <= {"p", "br", "a"}
    assert all(url.startswith(("https://", "http://")) for url in reader.links)
    assert words(mapping.plain(content)) == words(text)
    assert "[" not in content


@pytest.mark.parametrize(
    ("text", "links", "shown"),
    [
        ("See https://e.org/a_(b).", ["https://e.org/a_(b"], "See https://e.org/a_(b)."),
        ("(https://e.org/)", ["https://e.org/"], "(https://e.org/)"),
        ('Say "https://e.org/a", then go', ["https://e.org/a"], 'Say "https://e.org/a", then go'),
        ("e.org and javascript:x", [], "e.org and javascript:x"),
        ("https://", [], "https://"),
    ],
)
def test_which_words_become_links(text: str, links: list[str], shown: str) -> None:
    reader = read(part(segments=(text,)).payload["blocks"][0])
    assert (reader.links, reader.text.strip()) == (links, shown)


def test_paragraphs_and_lines() -> None:
    blocks = part(segments=("one\r\ntwo\n \nthree\n\n\n\nfour",)).payload["blocks"]
    assert [read(block).text.strip() for block in blocks] == ["one\ntwo", "three", "four"]
    assert mapping.plain("\n\n".join(blocks)) == "one\ntwo\n\nthree\n\nfour"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (Link("https://e.org", "Where to\nfind help", "Free <now>"), "Where to find help\nFree <now>"),
        (Link("https://e.org"), "https://e.org"),
    ],
)
def test_a_link_below_the_text(link: Link, shown: str) -> None:
    reader = read(part(link=link).payload["blocks"][1])
    assert (reader.links, reader.text.strip()) == (["https://e.org"], shown)


def test_a_link_that_stands_in_the_text_is_not_repeated() -> None:
    assert len(part(segments=("See https://e.org",), link=Link("https://e.org", "Title")).payload["blocks"]) == 1


def test_the_whole_call() -> None:
    made = mapping.body(part(media=(PNG,), tags=("#One", "Two"), reply_control="nobody"), "a-title-01234567", [FILE], [3, 4])
    assert made == {
        "status": "publish",
        "slug": "a-title-01234567",
        "title": "A title",
        "content": "<!-- wp:paragraph -->\n<p>Words</p>\n<!-- /wp:paragraph -->\n\n"
        '<!-- wp:image {"id": 7} -->\n<figure class="wp-block-image">'
        '<img src="https://site.example/room.png" alt="A &quot;quiet&quot; room" class="wp-image-7"/></figure>\n<!-- /wp:image -->',
        "tags": [3, 4],
        "comment_status": "closed",
        "ping_status": "closed",
    }


def test_what_is_not_chosen_is_left_to_the_site() -> None:
    assert set(mapping.body(part(), "s", [], [])) == {"status", "slug", "title", "content", "tags"}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Five Myths — Debunked!", "five-myths-debunked-01234567"),
        ("Été & <b>cafés</b>", "ete-b-cafes-b-01234567"),
        ("شكرا", "post-01234567"),
        ("a" * 100, "a" * 60 + "-01234567"),
    ],
)
def test_the_address_name(title: str, slug: str) -> None:
    assert mapping.slug(part(title=title), KEY) == slug


def test_a_file_name_says_what_it_is_and_whose() -> None:
    [image] = part(media=(PNG,)).payload["images"]
    assert mapping.file_stem(image, KEY) == f"my-room-01234567{PNG.digest[:8]}"
    assert (image["ending"], image["alt"]) == ("png", 'A "quiet" room')


def test_measure_says_what_a_blog_post_lacks() -> None:
    connector = registry.preview("wordpress", "api")
    whole = Variant(("Words",), title="A title", link=Link("https://e.org", "T"))
    assert connector.measure(whole).fits
    lacking = replace(whole, title=" ", link=Link("e.org", thumb=PNG))
    assert [problem.field for problem in connector.measure(lacking).problems] == ["title", "link", "link"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" https://www.practice.example/ ", "https://www.practice.example"),
        ("https://practice.example/blog/wp-admin/", "https://practice.example/blog"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_addresses_that_are_fit_for_a_login(given: str, kept: str) -> None:
    assert site.address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "practice.example",
        "http://practice.example",
        "http://10.0.0.1",
        "ftp://x",
        "https://u:p@x.example",
        "https://x/?a",
        "https://x/#a",
    ],
)
def test_addresses_that_would_show_the_login_to_others(given: str) -> None:
    with pytest.raises(Rejected) as caught:
        site.address(given)
    assert caught.value.field == "site"
    assert given == "" or given not in caught.value.reason


def connected(url: str, clock: FixedClock) -> Connector:
    credentials = Credentials({"site": url, "username": "author", "app_password": "abcd efgh"})
    return registry.connect("wordpress", "api", credentials, clock=clock, timeouts=Timeouts(total=5))


def publish(connector: Connector, variant: Variant) -> Any:
    made = connector.render(variant)[0]
    return connector.publish(made, attempt_key=KEY, journal=MemoryJournal(), media=Shelf(*variant.media))


PLAIN = Variant(("Words",), title="A title")


@pytest.mark.parametrize("body", [{}, {"id": "7", "link": "https://x"}, {"id": True, "link": "https://x"}, {"id": 7}, [], "ok", b"<p>"])
def test_a_yes_without_a_post_is_doubtful(stub: Stub, clock: FixedClock, body: Any) -> None:
    stub.script = [answer(200, []), answer(200, []), answer(201, body)]
    with pytest.raises(Doubtful):
        publish(connected(stub.url, clock), PLAIN)


def test_what_a_plugin_made_of_the_words_is_said(stub: Stub, clock: FixedClock) -> None:
    changed = {"id": 7, "link": "https://x", "status": "pending", "content": {"raw": "<p>Other</p>"}, "title": {"raw": "A title"}}
    stub.script = [answer(200, []), answer(200, []), answer(201, changed)]
    receipt = publish(connected(stub.url, clock), PLAIN)
    assert (receipt.ref, receipt.at) == ("7", None)
    assert receipt.warnings == (
        "The title or the text on the site differs from the approved one.",
        "The post is not public on the site: its state is pending.",
    )


def test_emoji_that_an_old_database_stores_as_codes_are_the_same_words() -> None:
    stored = {"title": {"raw": "A title"}, "content": {"raw": "<p>Words &#x1f468;</p>"}, "status": "publish"}
    assert mapping.changes(part(segments=("Words 👨",)), stored) == ()


@pytest.mark.parametrize("body", [{}, {"id": 7}, {"id": "7", "source_url": "https://x"}])
def test_an_upload_without_a_file_is_tried_again(stub: Stub, clock: FixedClock, body: Any) -> None:
    stub.script = [answer(200, []), answer(200, []), answer(201, body)]
    with pytest.raises(Temporary):
        publish(connected(stub.url, clock), replace(PLAIN, media=(PNG,)))


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([answer(201, {"name": "x"})], Temporary),
        ([answer(400, {"code": "term_exists", "data": {}})], Temporary),
        ([answer(403, {"code": "rest_cannot_create"})], Forbidden),
        ([answer(401, {"code": "rest_cannot_create"}), answer(401, {})], AuthExpired),
        ([answer(401, {"code": "rest_cannot_create"}), answer(500)], Temporary),
    ],
)
def test_a_tag_that_cannot_be_made(stub: Stub, clock: FixedClock, answers: list[Any], error: type[Exception]) -> None:
    stub.script = [answer(200, []), answer(200, []), *answers]
    with pytest.raises(error):
        publish(connected(stub.url, clock), replace(PLAIN, tags=("x",)))


@pytest.mark.parametrize("body", [{}, ["x"], "ok", b"<html>"])
def test_a_look_that_cannot_be_read_sends_nothing(stub: Stub, clock: FixedClock, body: Any) -> None:
    stub.script = [answer(200, body)]
    with pytest.raises(Temporary):
        publish(connected(stub.url, clock), PLAIN)
    assert [asked.method for asked in stub.asked] == ["GET"]


def test_who_we_are_without_details(stub: Stub, clock: FixedClock) -> None:
    stub.script = [answer(200, {"name": "x"})]
    state = connected(stub.url, clock).check_auth()
    assert (state.ok, state.handle, state.remote_id) == (False, None, None)


def test_posts_that_the_site_does_not_count(stub: Stub, clock: FixedClock) -> None:
    stub.script = [answer(200, {"id": 2}), answer(200, [])]
    assert connected(stub.url, clock).account_metrics().values == {"followers": None, "posts": None}


@pytest.mark.parametrize("answers", [[answer(200, {"id": 2}), answer(503)], [answer(503)]])
def test_figures_that_cannot_be_read_now_are_asked_for_later(stub: Stub, clock: FixedClock, answers: list[bytes]) -> None:
    stub.script = list(answers)
    with pytest.raises(Temporary):
        connected(stub.url, clock).account_metrics()


def test_comments_that_cannot_be_counted_now_are_asked_for_later(stub: Stub, clock: FixedClock) -> None:
    stub.script = [answer(200, [{"id": 7}]), answer(502)]
    with pytest.raises(Temporary):
        connected(stub.url, clock).post_metrics([Ref("7")])


def test_the_card_link_leads_into_the_accounts_own_site(clock: FixedClock) -> None:
    link = connected("https://practice.example/blog/", clock).compose_link(PLAIN)
    assert link is not None
    assert link.url == "https://practice.example/blog/wp-admin/post-new.php?post_title=A%20title&content=Words"


def test_without_a_login_nothing_is_sent() -> None:
    connector = registry.preview("wordpress", "api")
    for call in (lambda: publish(connector, PLAIN), lambda: connector.delete(Ref("1")), connector.check_auth, connector.account_metrics):
        with pytest.raises(Forbidden, match="not connected"):
            call()
    assert connector.compose_link(PLAIN) is None
