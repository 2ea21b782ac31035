"""The WordPress connector against a real WordPress."""

from __future__ import annotations

import html
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests

from connectors.base import Credentials, Found, Link, Ref, Unknown, Variant
from connectors.errors import AuthExpired, Doubtful, Duplicate, Forbidden, Rejected, Temporary
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_contract import ConnectorContract
from tests.contract.connector_rig import PATIENT, QUICK, Job, Remote, connect, picture

if TYPE_CHECKING:
    from connectors.base import Connector, Media
    from tests.contract.fault_proxy import FaultProxy
    from tests.servers.wordpress import WordPress


_UNKNOWN = faults.Status(401, body=b'{"code": "rest_cannot_create", "data": {"status": 401}}')


@dataclass(frozen=True, slots=True)
class WordPressRig:
    """One user on the site."""

    site: WordPress
    user: str = "author"
    password: str | None = field(default=None, repr=False)
    platform: str = "wordpress"
    create: tuple[str, str] = ("POST", "/wp/v2/posts")
    upload: tuple[str, str] = ("POST", "/wp/v2/media")
    expired: faults.Status = _UNKNOWN

    @property
    def server(self) -> str:
        return self.site.url

    def credentials(self, server: str) -> Credentials:
        password = self.password or self.site.passwords[self.user]
        return Credentials({"site": server, "username": self.user, "app_password": password})

    def posts(self) -> list[Remote]:
        return [_remote(post) for post in reversed(self.site.posts())]

    def judges(self, text: str, used: int) -> bool:
        del text, used
        return True


def _remote(post: dict[str, Any]) -> Remote:
    """Read the post as a browser shows it, by other means than the connector's own."""
    shown = post["content"]["rendered"]
    paragraphs = re.findall(r"<p>(.*?)</p>", shown, re.DOTALL)
    words = [html.unescape(re.sub(r"<[^>]+>", "", paragraph.replace("<br>", "\n"))) for paragraph in paragraphs]
    alts = [html.unescape(alt) for alt in re.findall(r'<img [^>]*alt="(.*?)"', shown)]
    return Remote(id=str(post["id"]), text="\n\n".join(words).strip(), alts=tuple(alts), raw=json.dumps(post))


class TestWordPress(ConnectorContract):
    @pytest.fixture
    def rig(self, wordpress: WordPress) -> WordPressRig:
        wordpress.clear()
        return WordPressRig(wordpress)

    def test_an_expired_login_is_refreshed_once(self, rig: WordPressRig, proxy: FaultProxy) -> None:
        """An application password has no end, so a refused one is asked for once more, and then a person has to act."""
        uuid, password = _new_password(rig.site, "author")
        tokens = HeldTokens(replace(rig, password=password).credentials(proxy.url))
        connector = connect(rig, proxy.url, PATIENT, tokens)
        assert connector.check_auth().ok
        rig.site.call("DELETE", f"users/me/application-passwords/{uuid}", user="author")
        job = Job(connector, titled("After a new login"))
        with pytest.raises(AuthExpired, match="Make a new one"):
            job.publish()
        with pytest.raises(AuthExpired, match="Make a new one"):
            connector.refresh_auth(tokens)
        assert "Make a new one" in (connector.check_auth().needs_login or "")
        assert proxy.count(*rig.create) == 0
        assert tokens.swap(tokens.read(), rig.credentials(proxy.url))
        connector.refresh_auth(tokens)
        job.publish()
        assert len(rig.posts()) == 1

    def test_an_uploaded_image_is_used_again(self, rig: WordPressRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.DropBefore(), *rig.create)
        job = Job(shaky, titled("With images", media=(picture("A window"), picture("A desk", "teal"))))
        with pytest.raises(Doubtful):
            job.publish()
        assert job.run() == "sent"
        assert sorted(item["alt_text"] for item in rig.site.media()) == ["A desk", "A window"]
        assert [post.alts for post in rig.posts()] == [("A window", "A desk")]

    @pytest.mark.parametrize("fault", [faults.DropAfter(), faults.StatusAfter(502), faults.CutBody(), faults.html()])
    def test_an_upload_whose_answer_was_lost_is_found(
        self, rig: WordPressRig, shaky: Connector, proxy: FaultProxy, fault: faults.Mode
    ) -> None:
        proxy.rule(fault, *rig.upload)
        job = Job(shaky, titled("With an image", media=(picture("A window"),)))
        with pytest.raises(Temporary):
            job.publish()
        job.publish()
        assert [item["alt_text"] for item in rig.site.media()] == ["A window"]

    def test_a_right_that_is_missing_is_no_dead_login(self, rig: WordPressRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(_UNKNOWN, *rig.create)
        with pytest.raises(Forbidden, match="role Author"):
            Job(shaky, titled("May not")).publish()

    def test_a_contributor_hears_at_once_what_is_missing(self, rig: WordPressRig) -> None:
        connector = connect(replace(rig, user="contributor"), rig.server, PATIENT)
        state = connector.check_auth()
        assert (state.ok, state.handle, state.scopes, "role Author" in (state.needs_login or "")) == (False, "contributor", (), True)
        with pytest.raises(Forbidden):
            Job(connector, titled("May not")).publish()
        assert rig.posts() == []

    def test_an_author_is_who_they_say(self, connector: Connector) -> None:
        state = connector.check_auth()
        assert (state.ok, state.handle, state.scopes) == (True, "author", ("publish_posts", "upload_files"))

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (faults.Redirect(), "browser shows"),
            (faults.Status(404, body=b"<html>"), "pretty permalinks"),
            (faults.Status(403, body=b'{"code": "blocked"}'), "does not accept"),
        ],
    )
    def test_a_site_that_cannot_be_used_says_why(self, rig: WordPressRig, proxy: FaultProxy, answer: faults.Mode, said: str) -> None:
        proxy.rule(answer, "GET", "/users/me")
        state = connect(rig, proxy.url, QUICK).check_auth()
        assert (state.ok, said in (state.needs_login or "")) == (False, True)

    def test_a_redirect_before_the_create_sends_nothing(self, rig: WordPressRig, shaky: Connector, proxy: FaultProxy) -> None:
        proxy.rule(faults.Redirect(), "GET", "/wp/v2/posts")
        with pytest.raises(Rejected, match="final address"):
            Job(shaky, titled("Elsewhere")).publish()
        assert proxy.count(*rig.create) == 0

    def test_no_word_of_the_text_is_code(self, rig: WordPressRig, connector: Connector) -> None:
        """Markup, shortcodes, block marks and a bare video address stay what the author wrote."""
        text = 'a < b & "c" [gallery ids="1"] <script>x()</script> <!-- wp:html -->\n\nhttps://video.example/watch?v=1&t=2'
        receipt = Job(connector, titled(text, title='T & <b>"x"</b> [y]', media=(picture('Say "hi" <now> & [then]'),))).publish()
        [stored] = rig.site.posts()
        assert receipt.warnings == ()
        assert (receipt.echo["text"], receipt.echo["alt"]) == (text, ['Say "hi" <now> & [then]'])
        assert receipt.echo["title"] == 'T & <b>"x"</b> [y]'
        shown = requests.get(stored["link"], timeout=20).text
        assert '<a href="https://video.example/watch?v=1&amp;t=2">' in shown
        assert "<script>x()" not in shown
        assert "[gallery ids=" in html.unescape(shown)

    def test_tags_are_made_once_and_found_again(self, rig: WordPressRig, connector: Connector) -> None:
        for number in range(2):
            Job(connector, replace(titled(f"Post {number}"), tags=("#SocialWork", "R&B notes")), f"d{number}").publish()
        first, second = rig.site.posts()
        assert first["tags"] == second["tags"]
        names = {html.unescape(rig.site.call("GET", f"tags/{number}").json()["name"]) for number in first["tags"]}
        assert names == {"SocialWork", "R&B notes"}

    @pytest.mark.parametrize(("control", "status"), [("nobody", "closed"), (None, "open")])
    def test_comments_are_closed_where_nobody_may_reply(
        self, rig: WordPressRig, connector: Connector, control: str | None, status: str
    ) -> None:
        receipt = Job(connector, replace(titled("Quiet"), reply_control=control)).publish()
        [stored] = rig.site.posts()
        assert (stored["comment_status"], receipt.warnings) == (status, ())

    def test_a_link_without_words_is_its_own_text(self, rig: WordPressRig, connector: Connector) -> None:
        Job(connector, titled("Read this", link=Link("https://example.org/a?b=1&c=2"))).publish()
        [post] = rig.posts()
        assert post.text == "Read this\n\nhttps://example.org/a?b=1&c=2"

    def test_the_time_is_utc_wherever_the_site_stands(self, connector: Connector) -> None:
        receipt = Job(connector, titled("Now")).publish()
        assert receipt.at is not None
        assert abs((datetime.now(UTC) - receipt.at).total_seconds()) < 60

    def test_comments_are_counted_and_a_post_that_is_down_is_gone(self, rig: WordPressRig, connector: Connector) -> None:
        refs = [Job(connector, titled(f"Post {number}"), f"d{number}").publish().ref for number in range(4)]
        rig.site.comment(refs[0], "One")
        rig.site.comment(refs[0], "Two")
        rig.site.call("DELETE", f"posts/{refs[2]}")
        rig.site.call("POST", f"posts/{refs[3]}", json={"status": "draft"})
        found = connector.post_metrics([*refs, Ref("99999")])
        assert [(figures.values["comments"], figures.gone) for figures in found.values()] == [
            (2, False),
            (0, False),
            (None, True),
            (None, True),
            (None, True),
        ]
        assert connector.account_metrics().values == {"followers": None, "posts": 2}
        assert connector.post_metrics([]) == {}

    def test_comments_that_the_site_does_not_count_are_none_not_zero(self, shaky: Connector, proxy: FaultProxy) -> None:
        ref = Job(shaky, titled("Count me")).publish().ref
        proxy.rule(faults.Status(403), "GET", "/comments")
        assert [(found.values, found.gone) for found in shaky.post_metrics([ref]).values()] == [({"comments": None}, False)]

    @pytest.mark.parametrize("how", ["trash", "draft"])
    def test_a_post_that_somebody_took_down_is_never_put_back(self, rig: WordPressRig, connector: Connector, how: str) -> None:
        job = Job(connector, titled("Taken down"))
        ref = job.publish().ref
        if how == "trash":
            rig.site.call("DELETE", f"posts/{ref}")
        else:
            rig.site.call("POST", f"posts/{ref}", json={"status": "draft"})
        with pytest.raises(Duplicate) as caught:
            job.publish()
        found = job.find()
        assert isinstance(found, Unknown)
        assert (caught.value.existing, found.existing) == (ref, ref)

    def test_what_the_site_changes_is_said(self, rig: WordPressRig, shaky: Connector, proxy: FaultProxy) -> None:
        """As a plugin does that closes or opens comments and drops images: it is our post, and a person hears of it."""
        proxy.rule(faults.DropAfter(), *rig.create)
        job = Job(shaky, replace(titled("Quiet"), reply_control="nobody"))
        with pytest.raises(Doubtful):
            job.publish()
        [stored] = rig.site.posts()
        rig.site.call("POST", f"posts/{stored['id']}", json={"comment_status": "open"})
        found = job.find()
        assert isinstance(found, Found)
        assert found.receipt.warnings == ("Comments are open on the site although they were to be closed.",)

    def test_a_new_title_under_the_same_key_meets_the_old_post(self, connector: Connector) -> None:
        job = Job(connector, titled("Words"))
        ref = job.publish().ref
        job.parts = connector.render(titled("Words", title="Another title"))
        with pytest.raises(Duplicate) as caught:
            job.publish()
        assert caught.value.existing == ref

    def test_deleting_leaves_no_revision_and_no_trash(self, rig: WordPressRig, connector: Connector) -> None:
        job = Job(connector, titled("For good"))
        ref = job.publish().ref
        connector.delete(ref)
        with pytest.raises(requests.HTTPError, match="404"):
            rig.site.post(ref)

    def test_a_delete_that_is_refused_says_so(self, rig: WordPressRig, connector: Connector) -> None:
        ref = rig.site.call("POST", "posts", json={"title": "Not ours", "content": "x", "status": "publish"}).json()["id"]
        with pytest.raises(Forbidden):
            connector.delete(Ref(str(ref)))
        assert len(rig.posts()) == 1


def titled(text: str, *, title: str = "A title", media: tuple[Media, ...] = (), link: Link | None = None) -> Variant:
    return Variant((text,), title=title, media=media, link=link)


def _new_password(site: WordPress, user: str) -> tuple[str, str]:
    made = site.call("POST", "users/me/application-passwords", user=user, json={"name": f"planner {secrets.token_hex(4)}"}).json()
    return made["uuid"], made["password"]
