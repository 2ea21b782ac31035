"""What the WordPress connector does over the network: publish, find, delete, count comments, ask who it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors import refusals
from connectors.base import AccountMetrics, AuthState, Found, NotFound, PostMetrics, Receipt, Ref, Unknown
from connectors.errors import Duplicate
from connectors.wordpress import mapping
from connectors.wordpress.site import REFUSED, Call, Site
from connectors.wordpress.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Clock, Journal, MediaSource, Part, Timeouts, TokenStore
    from connectors.http import Kind

_SLUG = "slug"
_LIVE = "publish"
_GONE = frozenset({404, 410})
_MOVED = range(300, 400)
_BATCH = 100
_REFUSALS = frozenset({401, 403})
_HIDDEN = frozenset({401, 403, 404})
_RIGHTS = ("publish_posts", "upload_files")
_ELSEWHERE = "The site sends us elsewhere. Enter the address that your browser shows after the site has loaded."
_NO_INTERFACE = (
    "There is no WordPress REST interface at this address. Look at the address, and choose pretty permalinks in the site's settings."
)
_MAY_NOT = "This user may not publish posts with images. Give it the role Author on the site."
_TAKEN = "The site already has a post of this delivery with other content, or has taken it down. Open it and compare."


class Client:
    """One user on one site."""

    def __init__(self, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet; raise Rejected when the address cannot be used."""
        self._tokens = tokens
        self._clock = clock
        self._timeouts = timeouts
        self._site()

    def publish(self, part: Part, attempt_key: str, journal: Journal, media: MediaSource) -> Receipt:
        """Look for an earlier create, upload what is missing, then send the one create."""
        site, slug = self._site(), _slug(part, attempt_key, journal)
        existing = _look(site, slug, "prepare")
        if existing is not None:
            return _ours(part, existing)
        uploads = Uploads(site, journal)
        files = [uploads.file(image, attempt_key, media) for image in part.payload["images"]]
        tags = [uploads.tag(name) for name in part.payload["tags"]]
        made = site.content(Call("POST", "posts", "create", body=mapping.body(part, slug, files, tags)))
        return _receipt(part, made, "create")

    def find(self, part: Part, attempt_key: str, journal: Journal) -> Found | NotFound | Unknown:
        """Look for the post by its address name, also in the trash; one look is enough."""
        existing = _look(self._site(), _slug(part, attempt_key, journal), "read")
        if existing is None:
            return NotFound(final=True)
        receipt = _receipt(part, existing, "read")
        if existing.get("status") != _LIVE:
            return Unknown("The site has this post, but it is not public there. Open it and decide.", receipt.ref)
        return Unknown(_TAKEN, receipt.ref) if mapping.is_other(part, existing) else Found(receipt)

    def delete(self, ref: Ref) -> None:
        """Delete a post for good; deleting it again is success."""
        site = self._site()
        reply = site.ask(Call("DELETE", f"posts/{ref}", "prepare", (("force", "true"),)))
        if not reply.answer.ok and reply.answer.status not in _GONE:
            raise site.refused(reply, "prepare")

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the number of approved comments of each post; `gone` for one that is deleted or no longer public."""
        found: dict[Ref, PostMetrics] = {}
        for start in range(0, len(refs), _BATCH):
            found |= self._figures(refs[start : start + _BATCH])
        return found

    def _figures(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        site, now = self._site(), self._clock.now()
        params = (("include", ",".join(refs)), ("status", _LIVE), ("per_page", str(_BATCH)), ("_fields", "id"))
        live = {str(post.get("id")) for post in site.items(Call("GET", "posts", "read", params))}
        found = {}
        for ref in refs:
            count = _comments(site, ref) if ref in live else None
            raw = f'{{"X-WP-Total": {count}}}' if count is not None else ""
            found[ref] = PostMetrics({"comments": count}, now, gone=ref not in live, raw=raw)
        return found

    def account_metrics(self) -> AccountMetrics:
        """Return the number of the user's live posts; WordPress counts no followers."""
        site = self._site()
        me = site.content(Call("GET", "users/me", "read"))
        params = (("author", str(me.get("id"))), ("status", _LIVE), ("per_page", "1"), ("_fields", "id"))
        reply = site.ask(Call("GET", "posts", "read", params))
        if not reply.answer.ok:
            raise site.refused(reply, "read")
        return AccountMetrics({"followers": None, "posts": reply.total}, self._clock.now())

    def check_auth(self) -> AuthState:
        """Ask the site who we are and what we may do."""
        site, call = self._site(), Call("GET", "users/me", "read", (("context", "edit"),))
        reply = site.ask(call)
        if reply.answer.status in _MOVED:
            return AuthState(ok=False, needs_login=_ELSEWHERE)
        if reply.answer.status in _GONE:
            return AuthState(ok=False, needs_login=_NO_INTERFACE)
        if reply.answer.status in _REFUSALS:
            return AuthState(ok=False, needs_login=REFUSED)
        return _state(site.read(reply, call.kind))

    def refresh_auth(self) -> None:
        """Ask once more: an application password has no end, so one that is still refused needs a person; raise AuthExpired."""
        self._site().content(Call("GET", "users/me", "read"))

    def settings(self) -> dict[str, str]:
        """Return what the links into the site's editor need."""
        return {"site": self._tokens.read().values.get("site", "")}

    def _site(self) -> Site:
        return Site(self._tokens.read(), self._clock, self._timeouts)


def _slug(part: Part, attempt_key: str, journal: Journal) -> str:
    """Return the address name of the first attempt, whatever the title says now."""
    known = journal.get(_SLUG)
    if known is None:
        known = mapping.slug(part, attempt_key)
        journal.put(_SLUG, known)
    return known


def _look(site: Site, slug: str, kind: Kind) -> dict[str, Any] | None:
    """Return the post with this address name, thrown away or not (the trash renames it), or None."""
    for name, status in ((slug, "any"), (f"{slug}__trashed", "trash")):
        found = site.items(Call("GET", "posts", kind, (("slug", name), ("status", status), ("context", "edit"))))
        if found:
            return found[0]
    return None


def _ours(part: Part, existing: Mapping[str, Any]) -> Receipt:
    receipt = _receipt(part, existing, "prepare")
    if existing.get("status") != _LIVE or mapping.is_other(part, existing):
        raise Duplicate(_TAKEN, receipt.ref)
    return receipt


def _receipt(part: Part, post: Mapping[str, Any], kind: Kind) -> Receipt:
    number, link = post.get("id"), post.get("link")
    if type(number) is not int or not isinstance(link, str):
        raise refusals.wrong_kind(kind)
    return Receipt(Ref(str(number)), link, _time(post.get("date_gmt")), mapping.echo(post), mapping.changes(part, post))


def _time(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(said)).replace(tzinfo=UTC)
    except ValueError:
        return None


def _comments(site: Site, ref: Ref) -> int | None:
    """Return the number of approved comments, or None when the site does not show them."""
    reply = site.ask(Call("GET", "comments", "read", (("post", ref), ("per_page", "1"), ("_fields", "id"))))
    if reply.answer.ok or reply.answer.status in _HIDDEN:
        return reply.total
    raise site.refused(reply, "read")


def _state(me: Mapping[str, Any]) -> AuthState:
    rights = me.get("capabilities")
    scopes = tuple(name for name in _RIGHTS if isinstance(rights, dict) and rights.get(name) is True)
    handle, number = me.get("username"), me.get("id")
    return AuthState(
        ok=scopes == _RIGHTS,
        handle=handle if isinstance(handle, str) else None,
        remote_id=str(number) if type(number) is int else None,
        scopes=scopes,
        needs_login=None if scopes == _RIGHTS else _MAY_NOT,
    )
