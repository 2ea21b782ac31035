"""What the Pinterest connector does over the network: pin, find, delete, read figures, ask who it is."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors import bearer, refusals
from connectors.attempts import once
from connectors.base import AccountMetrics, AuthState, Found, NotFound, PostMetrics, Receipt, Ref, Unknown
from connectors.bearer import Call, Wire
from connectors.errors import AuthExpired, Forbidden, Rejected
from connectors.pinterest import mapping
from connectors.reading import number, objects, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Capabilities, Clock, Journal, MediaSource, Part, Timeouts, TokenStore
    from connectors.facts import Facts
    from connectors.service import Service

_LOOKED_AT = 25
_GONE = frozenset({404, 410})
_SPAN = timedelta(days=89)
_DEAD = "Pinterest no longer accepts this access token. Make a new one and enter it on the Accounts page."
_NO_BOARD = "Pinterest has no board with this number for this account. Look at the number, and mend it."
_TRIAL = "Only you can see this pin: the app has trial access. Pinterest has to give it standard access first."
_MANY = f"The board has {_LOOKED_AT} or more pins since then, so this one may be below them."


class Client:
    """One account and the board that it pins to."""

    def __init__(self, facts: Facts, service: Service, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> None:
        """Open nothing yet."""
        self._facts = facts
        self._service = service
        self._tokens = tokens
        self._clock = clock
        self._timeouts = timeouts

    def rules(self, usual: Capabilities) -> Capabilities:
        """Return what every account can do."""
        return usual

    def settings(self) -> dict[str, str]:
        """Return nothing: the link into the composer needs no setting."""
        return {}

    def publish(self, part: Part, attempt_key: str, journal: Journal, media: MediaSource, previous: Sequence[Ref]) -> Receipt:
        """Send the one create with the image in it; Pinterest is told no key, so a repeat looks first."""
        del attempt_key, previous
        digest = part.payload["image"]
        if not digest:
            raise Rejected("A pin needs an image. Add one.", "media")
        wire, board = self._wire(), self._board()

        def create() -> Receipt:
            item = media.media(digest)
            asked = mapping.body(part, board, item.mime, base64.b64encode(item.data).decode())
            return self._receipt(part, wire.content(Call("POST", "/v5/pins", "create", body=asked)), "create")

        return once(part, journal, self._clock.now(), lambda since: self._look(wire, board, part, since), create)

    def find(self, part: Part, since: datetime, journal: Journal, previous: Sequence[Ref]) -> Found | NotFound | Unknown:
        """Look through the board's newest pins; one look is not enough."""
        del journal, previous
        return self._look(self._wire(), self._board(), part, since)

    def delete(self, ref: Ref) -> None:
        """Delete a pin; deleting it again is success."""
        wire = self._wire()
        answer = wire.ask(Call("DELETE", f"/v5/pins/{ref}", "prepare"))
        if not answer.ok and answer.status not in _GONE:
            raise wire.refused(answer, "prepare")

    def post_metrics(self, refs: Sequence[Ref]) -> dict[Ref, PostMetrics]:
        """Return the figures of pins over the last 90 days, which is as long as Pinterest gives them out."""
        wire = self._wire()
        return {ref: self._figures(wire, ref) for ref in refs}

    def account_metrics(self) -> AccountMetrics:
        """Return followers, following and pins; None for what Pinterest does not say."""
        said = self._wire().content(Call("GET", "/v5/user_account", "read"))
        values = {ours: number(said.get(theirs)) for ours, theirs in self._service.account_figures}
        return AccountMetrics(values, self._clock.now(), json.dumps(values, sort_keys=True))

    def check_auth(self) -> AuthState:
        """Ask Pinterest who we are and whether the board is there."""
        try:
            wire = self._wire()
            said = wire.content(Call("GET", "/v5/user_account", "read"))
            board = wire.ask(Call("GET", f"/v5/boards/{self._board()}", "read"))
            if board.status in _GONE:
                return AuthState(ok=False, needs_login=_NO_BOARD)
            wire.read(board, "read")
        except AuthExpired:
            return AuthState(ok=False, needs_login=_DEAD)
        except (Forbidden, Rejected) as error:
            return AuthState(ok=False, needs_login=error.reason)
        name = words(said.get("username"))
        if not name:
            raise refusals.wrong_kind("read")
        days = self._facts.api.token_days if self._facts.api else None
        told = {"test_only": "yes"} if self._is_trial() else {}
        ends = bearer.ends_at(self._tokens, days, self._clock.now())
        return AuthState(ok=True, handle=name, remote_id=words(said.get("id")) or name, expires_at=ends, told=told)

    def refresh_auth(self, store: TokenStore) -> None:
        """Renew the login by its refresh token; without one ask once more, and raise AuthExpired when only a person can go on."""
        self._tokens = store
        used = store.read().values.get("access", "")
        if not bearer.renew(self._facts, store, self._clock, self._timeouts, used):
            state = self.check_auth()
            if not state.ok:
                raise AuthExpired(state.needs_login or _DEAD)

    def _wire(self) -> Wire:
        self._service.require(self._facts.title, self._clock.now().date())
        return Wire(self._service, self._tokens.read(), self._clock, self._timeouts)

    def _board(self) -> str:
        board = self._tokens.read().values.get("board_id", "").strip()
        if not (board.isascii() and board.isdecimal()):
            raise Rejected("The number of the board is digits only. Mend it on the Accounts page.", "board_id")
        return board

    def _is_trial(self) -> bool:
        return self._tokens.read().values.get("standard", "").strip().casefold() not in {"yes", "true", "1"}

    def _receipt(self, part: Part, pin: Mapping[str, Any], kind: str) -> Receipt:
        ref = words(pin.get("id"))
        if not ref:
            raise refusals.wrong_kind("create" if kind == "create" else "read")
        trial = (_TRIAL,) if self._is_trial() else ()
        return Receipt(
            Ref(ref), f"https://www.pinterest.com/pin/{ref}/", _time(pin), mapping.echo(pin), (*mapping.changes(part, pin), *trial)
        )

    def _look(self, wire: Wire, board: str, part: Part, since: datetime) -> Found | NotFound | Unknown:
        said = wire.content(Call("GET", f"/v5/boards/{board}/pins", "read", (("page_size", str(_LOOKED_AT)),)))
        if not isinstance(said.get("items"), list):
            raise refusals.wrong_kind("read")
        recent = [pin for pin in objects(said["items"]) if (at := _time(pin)) is not None and at >= since]
        mine = next((pin for pin in recent if mapping.is_ours(part, pin)), None)
        if mine is not None:
            return Found(self._receipt(part, mine, "read"))
        return Unknown(_MANY) if len(recent) >= _LOOKED_AT else NotFound(final=False)

    def _figures(self, wire: Wire, ref: Ref) -> PostMetrics:
        now, names = self._clock.now(), dict(self._service.post_figures)
        span = (("start_date", (now - _SPAN).date().isoformat()), ("end_date", now.date().isoformat()))
        answer = wire.ask(Call("GET", f"/v5/pins/{ref}/analytics", "read", (*span, ("metric_types", ",".join(names.values())))))
        if answer.status in _GONE:
            return PostMetrics(dict.fromkeys(names), now, gone=True)
        every = wire.read(answer, "read").get("all")
        summary = every.get("summary_metrics") if isinstance(every, dict) else None
        counted = summary if isinstance(summary, dict) else {}
        values = {ours: _whole(counted.get(theirs)) for ours, theirs in names.items()}
        return PostMetrics(values, now, raw=json.dumps(values, sort_keys=True))


def _whole(value: object) -> int | None:
    """Return a figure, which Pinterest may write as 12.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else number(value)


def _time(pin: Mapping[str, Any]) -> datetime | None:
    """Return when a pin was made; Pinterest writes UTC without saying so."""
    try:
        at = datetime.fromisoformat(words(pin.get("created_at")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
