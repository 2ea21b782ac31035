"""From a platform's answer to the connector error that says who acts next; a platform's own cases come before these."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.errors import AuthExpired, ConnectorError, Doubtful, Forbidden, OutOfCredit, RateLimited, Rejected, Temporary
from connectors.http import http_date

if TYPE_CHECKING:
    from connectors.http import Answer, Kind

_SOONEST, _LATEST, _UNSAID = timedelta(seconds=5), timedelta(hours=24), timedelta(minutes=15)
_DIGITS = 9  # more seconds than anybody waits; int() refuses thousands of digits
_UNIX_RESETS = ("ratelimit-reset", "x-rate-limit-reset", "x-ratelimit-reset")
_NAMED: dict[int, type[AuthExpired | OutOfCredit | Forbidden]] = {401: AuthExpired, 402: OutOfCredit, 403: Forbidden}
_SAID = {
    401: "The platform no longer accepts this login.",
    402: "The account has no credit left. Top it up on the platform.",
    403: "The platform does not allow this account to do that. Look at the account's rights and standing there.",
}
_TIMEOUT, _TOO_MANY, _REDIRECTS, _REFUSED, _BROKEN = 408, 429, 300, 400, 500


def content(answer: Answer, kind: Kind, now: datetime) -> dict[str, Any]:
    """Return the JSON object of a good answer; raise the error that the answer stands for."""
    if not answer.ok:
        raise refusal(answer, kind, now)
    value = answer.object()
    if value is None:
        raise wrong_kind(kind)
    return value


def wrong_kind(kind: Kind) -> ConnectorError:
    """Return the error for a yes whose content is not what the platform promises."""
    if kind == "create":
        return Doubtful("The platform said yes, but its answer cannot be read. The post may be live.")
    return Temporary("The platform's answer cannot be read.")


def refusal(answer: Answer, kind: Kind, now: datetime, detail: str = "", *, shared: bool = False) -> ConnectorError:
    """Return the error for any answer but a good one; `detail` is a platform's reason, already free of draft text.

    `shared`: should this be a rate limit, then it is one that all accounts have together.
    """
    status = answer.status
    if status == _TOO_MANY:
        return RateLimited("The platform asks us to wait.", again_at(answer, now), shared=shared)
    if status in _NAMED:
        return _NAMED[status](_SAID[status])
    said = f"The platform answered {status}{': ' + detail if detail else ''}."
    if kind == "read":
        return Temporary(said)
    if status == _TIMEOUT or status >= _BROKEN:
        return Doubtful(f"{said} The post may be live.") if kind == "create" else Temporary(said)
    if _REDIRECTS <= status < _REFUSED:
        return Rejected("The server sends us elsewhere (a redirect). Enter its final address on the Accounts page.", "server")
    return Rejected(said)


def again_at(answer: Answer, now: datetime, reset: str = "") -> datetime:
    """Return when the platform takes calls again, by our clock: between 5 s and 24 h from `now`, 15 min when it did not say.

    `reset`: the header that says so for a limit of its own.
    """
    wait = _wait(answer, now, (reset, *_UNIX_RESETS))
    return now + min(max(wait, _SOONEST), _LATEST)


def _wait(answer: Answer, now: datetime, resets: tuple[str, ...]) -> timedelta:
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return min(timedelta(seconds=int(said[:_DIGITS])), _LATEST)
    # An absolute time is read against the platform's own clock: ours may be wrong.
    theirs = answer.date or now
    moment = http_date(said)
    for name in resets:
        moment = moment or _moment(answer.headers.get(name, "").strip())
    return moment - theirs if moment else _UNSAID


def _moment(text: str) -> datetime | None:
    """Return a reset header as a time: unix seconds, or ISO as Mastodon writes it."""
    try:
        moment = datetime.fromtimestamp(float(text), UTC) if text.replace(".", "", 1).isdecimal() else datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else None
