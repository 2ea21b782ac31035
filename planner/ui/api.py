"""The HTTP interface in plain values: a request in, a status and a JSON-able body out, by the same services and the same gate as the pages."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from planner.domain.errors import Blocked, Conflict, Invalid, Missing, NotAllowed, NotReady, PlannerError, Unanswered, Unavailable
from planner.domain.post import Content, LinkCard
from planner.domain.schedule import Wall
from planner.services.composer import Details

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.domain.account import Account
    from planner.domain.delivery import Delivery
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.services.gate import Passage
    from planner.services.house import Planner

STATUS: tuple[tuple[type[PlannerError], int, str], ...] = (
    (Missing, 404, "missing"),
    (Conflict, 409, "conflict"),
    (Blocked, 422, "blocked"),
    (Unanswered, 422, "unanswered"),
    (NotAllowed, 403, "not-allowed"),
    (NotReady, 409, "not-ready"),
    (Unavailable, 503, "unavailable"),
    (Invalid, 422, "invalid"),
)
MOST_BYTES = 1_000_000
_PAGE = 50
_WIDEST = timedelta(days=400)
_ONE_AT_A_TIME = threading.Lock()
_KEY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its parts of the path below /api/v1, its query, its bearer token, idempotency key, and body."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    token: str
    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: an object, or the lines of a list."""

    status: int
    body: Any


def answer(planner: Planner, call: Call) -> Reply:
    """Answer one request; every error is one sentence with its kind. What a program reads has left the house: no withheld name is in it."""
    found = _answered(planner, call)
    return Reply(found.status, planner.transfer.without_names(found.body))


def _answered(planner: Planner, call: Call) -> Reply:
    try:
        route = _route(call)
        if not call.token:
            return _error(401, "unauthorized", "Send a token: Authorization: Bearer dsc_… Make one in Settings.")
        try:
            actor = planner.access.bearer(call.token, route.scope)
        except Missing as error:
            return _error(401, "unauthorized", error.sentence)
        return _once(planner, actor, call, route) if route.writes else Reply(200, route.act(planner, actor, call))
    except PlannerError as error:
        return _told(error)


@dataclass(frozen=True, slots=True)
class _Route:
    scope: str
    act: Callable[[Planner, Actor, Call], Any]
    writes: bool = False


def _route(call: Call) -> _Route:
    found = _ROUTES.get((call.method, call.path[:1], len(call.path)))
    if found is None:
        raise Missing("There is no such address here. docs/api.md lists them.")
    return found


def _once(planner: Planner, actor: Actor, call: Call, route: _Route) -> Reply:
    """Do a write once for its Idempotency-Key; the same key with another request is refused."""
    if not 0 < len(call.key) <= _KEY_LENGTH:
        raise Invalid(
            "Idempotency-Key",
            f"Send the header Idempotency-Key with each write: up to {_KEY_LENGTH} characters, a new one for each new thing.",
        )
    print_of = hashlib.sha256(b"\0".join([call.method.encode(), "/".join(call.path).encode(), call.body])).hexdigest()
    name = f"{actor.id}:api:{hashlib.sha256(call.key.encode()).hexdigest()[:40]}"
    with _ONE_AT_A_TIME:
        with planner.store.read() as tx:
            stored = tx.log.done(name)
        if stored is not None:
            told = json.loads(stored)
            if told["request"] != print_of:
                raise Conflict("This Idempotency-Key was used for another request. Use a new key for a new thing.")
            return Reply(201, told["body"])
        body = route.act(planner, actor, call)
        with planner.store.write() as tx:
            tx.log.put_done(name, actor.id, json.dumps({"request": print_of, "body": body}, default=_plain), planner.clock.now())
    return Reply(201, json.loads(json.dumps(body, default=_plain)))


def _told(error: PlannerError) -> Reply:
    status, kind = next(((status, kind) for known, status, kind in STATUS if isinstance(error, known)), (500, "error"))
    more = {"rules": list(error.rules)} if isinstance(error, Blocked) else {}
    more |= {"open": list(error.questions)} if isinstance(error, Unanswered) else {}
    more |= {"field": [error.field]} if isinstance(error, Invalid) else {}
    return Reply(status, {"error": {"kind": kind, "sentence": error.sentence, **more}})


def _error(status: int, kind: str, sentence: str) -> Reply:
    return Reply(status, {"error": {"kind": kind, "sentence": sentence}})


# --- what can be asked ------------------------------------------------------------------------------------------------------------


def _check(planner: Planner, _actor: Actor, call: Call) -> Any:  # noqa: ANN401 - JSON
    told = _body(call)
    account = _account(planner, _text(told, "account")) if told.get("account") else None
    kind = _text(told, "kind") or "post"
    if kind not in ("post", "reply", "bio", "note"):
        raise Invalid("kind", "Use one of: post, reply, bio, note.")
    report = planner.composer.check_text(_text(told, "text"), account.id if account else None, kind)  # type: ignore[arg-type]  # looked at
    return json.loads(planner.checker.wire(report))


def _posts(planner: Planner, _actor: Actor, call: Call) -> Any:  # noqa: ANN401 - JSON
    found = planner.composer.recent(search=call.query.get("search", ""), before=call.query.get("before"), limit=_PAGE)
    return {"posts": [_post_row(post) for post in found], "next": found[-1].id if len(found) == _PAGE else None}


def _post(planner: Planner, _actor: Actor, call: Call) -> Any:  # noqa: ANN401 - JSON
    post = planner.composer.load(call.path[1])
    return {
        **_post_row(post),
        "text": post.base.text,
        "title": post.base.title,
        "gate": [_gate(one) for one in planner.composer.check(post.id)],
    }


def _new_post(planner: Planner, actor: Actor, call: Call) -> Any:  # noqa: ANN401 - JSON
    told = _body(call)
    names = _list(told, "accounts")
    accounts = [_account(planner, name) for name in names]
    link = _text(told, "link")
    content = Content(text=_text(told, "text"), title=_text(told, "title"), link=LinkCard(link) if link else None)
    if not content.text.strip():
        raise Invalid("text", "There are no words to post.")
    details = Details(
        _word(told, "purpose", ("educate", "thank", "story", "ask")),  # type: ignore[arg-type]  # one of these
        _word(told, "type", ("plain", "statistic", "quote", "story", "resource", "event", "petition", "long-form")),  # type: ignore[arg-type]
        tuple(_list(told, "labels")),
        _text(told, "campaign"),
    )
    readers, answers = _list(told, "read_as"), told.get("answers") or {}
    if not isinstance(answers, dict):
        raise Invalid("answers", "Give the answers as an object: finding or question -> key.")
    made = planner.composer.new(actor, tuple(account.id for account in accounts), content)
    post = planner.composer.save(actor, made.id, made.version, made.base, made.variants, details)
    waits = _hand_in(planner, actor, post, accounts, readers, answers) if told.get("submit") else None
    return {
        **_post(planner, actor, Call("GET", ("posts", post.id), {}, "", "", b"")),
        "submitted": bool(told.get("submit")) and waits is None,
        "waits": waits,
    }


def _hand_in(planner: Planner, actor: Actor, post: Post, accounts: list[Account], readers: list[str], answers: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON; what a caller says at once
    """Answer, tick, submit, and confirm when alone; return what is in the way, or None. The draft stands either way."""
    try:
        for account in accounts:
            for reader in readers:
                planner.composer.tick(actor, post.id, account.id, reader)
            for subject, key in answers.items():
                planner.composer.answer(actor, post.id, account.id, str(subject), str(key))
        ready = planner.composer.submit(actor, post.id, post.version)
        if ready.state == "ready":
            for account in accounts:
                planner.approvals.approve(actor, post.id, account.id, ready.digest_for(account.id))
    except PlannerError as error:
        return _told(error).body["error"]
    return None


def _deliveries(planner: Planner, _actor: Actor, call: Call) -> Any:  # noqa: ANN401 - JSON
    today = planner.clock.now().date()
    start, end = _day(call.query, "from", today), _day(call.query, "to", today + timedelta(days=35))
    if not timedelta(0) <= end - start <= _WIDEST:
        raise Invalid("to", "Ask for a span of at most 400 days, its end after its beginning.")
    states = tuple(word for word in call.query.get("state", "").split(",") if word)
    zone = planner.clock.now().tzinfo
    found = planner.calendar.window(datetime.combine(start, time(), zone), datetime.combine(end, time(), zone), states=states)
    return {"deliveries": [_delivery_row(entry.delivery) for entry in found]}


def _schedule(planner: Planner, actor: Actor, call: Call) -> Any:  # noqa: ANN401 - JSON
    told = _body(call)
    account = _account(planner, _text(told, "account"))
    timing = _word(told, "timing", ("plain", "time-critical", "evergreen"))
    wall = Wall.parse(_text(told, "at"))
    accepted = frozenset(_list(told, "accept"))
    return _delivery_row(planner.calendar.schedule(actor, _text(told, "post"), account.id, wall, timing=timing, accepted=accepted))  # type: ignore[arg-type]  # one of three


def _holds(planner: Planner, _actor: Actor, _call: Call) -> Any:  # noqa: ANN401 - JSON
    return {"holds": [asdict(hold) for hold in planner.holds.active()]}


def _hold(planner: Planner, actor: Actor, call: Call) -> Any:  # noqa: ANN401 - JSON
    told = _body(call)
    scope, target = _text(told, "scope"), _text(told, "target")
    if scope == "account" and target:
        target = _account(planner, target).id
    return asdict(planner.holds.hold(actor, scope, target, _text(told, "reason")))  # type: ignore[arg-type]  # the service looks at it


def _lift(planner: Planner, actor: Actor, call: Call) -> Any:  # noqa: ANN401 - JSON
    return {"released": planner.holds.lift(actor, call.path[1])}


_ROUTES: dict[tuple[str, tuple[str, ...], int], _Route] = {
    ("POST", ("check",), 1): _Route("check", _check),
    ("GET", ("posts",), 1): _Route("read", _posts),
    ("GET", ("posts",), 2): _Route("read", _post),
    ("POST", ("posts",), 1): _Route("write", _new_post, writes=True),
    ("GET", ("deliveries",), 1): _Route("read", _deliveries),
    ("POST", ("deliveries",), 1): _Route("schedule", _schedule, writes=True),
    ("GET", ("hold",), 1): _Route("read", _holds),
    ("POST", ("hold",), 1): _Route("hold", _hold, writes=True),
    ("DELETE", ("hold",), 2): _Route("hold", _lift, writes=True),
}


# --- small parts ------------------------------------------------------------------------------------------------------------------


def _body(call: Call) -> Mapping[str, Any]:
    try:
        told = json.loads(call.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Invalid("body", "Send a JSON object.")
    return told


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str):
        raise Invalid(name, f"`{name}` has to be text.")
    return value


def _list(told: Mapping[str, Any], name: str) -> list[str]:
    value = told.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Invalid(name, f"`{name}` has to be a list of texts.")
    return value


def _word(told: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = _text(told, name) or allowed[0]
    if value not in allowed:
        raise Invalid(name, f"`{name}` is one of: {', '.join(allowed)}.")
    return value


def _day(query: Mapping[str, str], name: str, default: date) -> date:
    try:
        return date.fromisoformat(query[name]) if name in query else default
    except ValueError:
        raise Invalid(name, f"Write `{name}` as a day: 2026-01-31.") from None


def _account(planner: Planner, name: str) -> Account:
    known = planner.accounts.all()
    found = next((one for one in known if name in (one.id, one.handle, one.title)), None)
    if found is None:
        raise Invalid("account", f"There is no account “{name[:60]}”. Known: {'; '.join(one.title for one in known) or 'none yet'}.")
    return found


def _post_row(post: Post) -> dict[str, Any]:
    return {
        "id": post.id, "state": post.state, "version": post.version, "purpose": post.purpose, "type": post.type, "labels": list(post.labels),
        "campaign": post.campaign, "accounts": list(post.account_ids), "changed": post.updated_at,
    }  # fmt: skip


def _delivery_row(item: Delivery) -> dict[str, Any]:
    names = ("id", "post_id", "account_id", "state", "mode", "wall", "zone", "due_at", "timing", "sent_at", "url", "reason")
    return {name: getattr(item, name) for name in names}


def _gate(one: Passage) -> dict[str, Any]:
    return {
        "account": one.account.id,
        "verdict": one.report.verdict,
        "clear": one.clear,
        "blocking": [item.finding.rule for item in one.blocking],
        "answer": {item.finding.fingerprint: item.finding.message for item in one.unanswered},
        "questions": {question.id: question.text for question in one.open_questions},
        "read_as": list(one.missing_ticks),
        "limits": [problem.reason for problem in one.measure.problems],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - json's default hook takes and gives anything
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def encoded(reply: Reply, *, lines: bool) -> str:
    """Return the body as JSON, or a list in it as one JSON object a line."""
    if lines and isinstance(reply.body, dict):
        listed = next((value for value in reply.body.values() if isinstance(value, list)), None)
        if listed is not None:
            return "".join(json.dumps(row, default=_plain, ensure_ascii=False) + "\n" for row in listed)
    return json.dumps(reply.body, default=_plain, ensure_ascii=False)
