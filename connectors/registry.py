"""Every platform, named once; loads no SDK and no HTTP library before an account is really used."""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from connectors import facts as platform_facts
from connectors.base import Timeouts, Variant
from connectors.errors import Rejected
from connectors.hand.connector import Hand
from connectors.logs import quiet
from connectors.tokens import HeldTokens
from connectors.ways import way

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from connectors.base import Capabilities, Clock, Connector, Credentials, Mode, TokenStore
    from connectors.facts import CredentialField, Facts
    from connectors.service import Service
    from connectors.sign_in import Offer
    from connectors.ways import Way

_PLATFORMS: Mapping[str, str | None] = {
    "bluesky": "connectors.bluesky.connector",
    "mastodon": "connectors.mastodon.connector",
    "x": "connectors.x.connector",
    "wordpress": "connectors.wordpress.connector",
    "linkedin": "connectors.linkedin.connector",
    "facebook": "connectors.facebook.connector",
    "instagram": None,
    "threads": "connectors.threads.connector",
    "pinterest": "connectors.pinterest.connector",
    "reddit": None,
    "change_org": None,
}
"""Platform -> the module that talks to it by its API; None: by hand only. In the order of the Accounts page."""


class _Api(Protocol):
    def preview(self, facts: Facts) -> Connector: ...

    def connect(self, facts: Facts, tokens: TokenStore, clock: Clock, timeouts: Timeouts) -> Connector: ...


@dataclass(frozen=True, slots=True)
class PlatformInfo:
    """What is known of a platform before anybody logs in. `mode` is the best one offered; `grade` says how far it was tested.

    `rights` are what a sign-in through the browser asks for, and `chooses` what a person then chooses from a list (empty: nothing).
    """

    name: str
    title: str
    mode: Mode
    grade: str
    tested_against: str
    not_tested: str
    capabilities: Capabilities
    hand: Capabilities
    fields: tuple[CredentialField, ...]
    hand_fields: tuple[CredentialField, ...]
    setup: str
    service: Service | None
    reminders: tuple[str, ...]
    signs_in: bool = False
    sign_in_fields: tuple[CredentialField, ...] = ()
    rights: tuple[str, ...] = ()
    chooses: str = ""
    renews: bool = False

    @property
    def modes(self) -> tuple[str, ...]:
        """Return the modes that an account may choose from, the best one first."""
        return ("hand",) if self.mode == "hand" else ("api", "hand")

    def ending(self, today: date) -> str:
        """Return one sentence when the version of its interface ends within 60 days or has ended; else nothing."""
        return self.service.warning(self.title, today) if self.service else ""


def names() -> tuple[str, ...]:
    """Return every platform's name, in the order of the Accounts page."""
    return tuple(_PLATFORMS)


@cache
def platforms() -> tuple[PlatformInfo, ...]:
    """Return every platform; raise ValueError when a folder's files are broken."""
    return tuple(_info(name) for name in _PLATFORMS)


def platform(name: str) -> PlatformInfo:
    """Return one platform; raise KeyError for an unknown one."""
    return next((info for info in platforms() if info.name == name), None) or _unknown(name)


def preview(name: str, mode: str, settings: Mapping[str, str] | None = None) -> Connector:
    """Return a connector without a login: for capabilities, measure, render and compose links only; `settings` are the account's."""
    facts = platform_facts.tuned(_facts(name), settings or {})
    api = _api(name, mode)
    return api.preview(facts) if api else Hand(facts, settings or {})


def connect(
    name: str,
    mode: str,
    credentials: Credentials,
    token_store: TokenStore | None = None,
    *,
    clock: Clock,
    timeouts: Timeouts | None = None,
) -> Connector:
    """Return an account's working connector; without a `token_store` new tokens live as long as the connector."""
    quiet()
    facts = _facts(name)
    api = _api(name, mode)
    if api is None:
        return Hand(facts, {field.name: credentials.values.get(field.name, "") for field in facts.fields_for("hand")})
    return api.connect(facts, token_store or HeldTokens(credentials), clock, timeouts or Timeouts())


def warm(name: str) -> None:
    """Load what connecting and counting for a platform would load at their first use: its client, its libraries and their tables."""
    module = _PLATFORMS[name]
    if module is None:
        return
    importlib.import_module(f"{module.rpartition('.')[0]}.client")
    preview(name, "api").measure(Variant(("A link counts as a link: https://example.org",)))


def begin_sign_in(
    name: str, values: Mapping[str, str], redirect_uri: str, *, state: str, randomness: bytes, clock: Clock
) -> tuple[str, Mapping[str, str], str]:
    """Return where to sign in, the values with the app that was made, and the proof key to keep; raise a ConnectorError."""
    login, wire = _entrance(clock)
    begun = login.begin(_way(name), values, redirect_uri, state=state, randomness=randomness, wire=wire)
    return begun.url, begun.values, begun.verifier


def finish_sign_in(
    name: str, values: Mapping[str, str], redirect_uri: str, *, query: str, state: str, verifier: str, clock: Clock
) -> Credentials:
    """Return the login that came of what the browser brought back; raise a ConnectorError."""
    login, wire = _entrance(clock)
    made: Credentials = login.finish(_way(name), values, redirect_uri, query=query, state=state, verifier=verifier, wire=wire)
    return made


def offers(name: str, credentials: Credentials, *, clock: Clock) -> tuple[Offer, ...]:
    """Return what a fresh login can post as or to, where a person has to choose; else nothing. Raise a ConnectorError."""
    quiet()
    facts = _facts(name)
    if facts.sign_in is None or not facts.sign_in.chooses:
        return ()
    found: tuple[Offer, ...] = importlib.import_module(f"connectors.{name}.offers").offers(facts, credentials, clock, Timeouts())
    return found


def _entrance(clock: Clock) -> tuple[Any, Any]:
    quiet()
    login, oauth = importlib.import_module("connectors.login"), importlib.import_module("connectors.oauth")
    return login, oauth.Wire(clock, Timeouts())


def _way(name: str) -> Way:
    found = way(_facts(name))
    if found is None:
        raise Rejected("This platform has no sign-in through the browser. Enter its login on the Accounts page.")
    return found


def _facts(name: str) -> Facts:
    if name not in _PLATFORMS:
        _unknown(name)
    return platform_facts.load(name)


def _unknown(name: str) -> PlatformInfo:
    raise KeyError(f"There is no platform {name!r}; known are {', '.join(_PLATFORMS)}.")


def _api(name: str, mode: str) -> _Api | None:
    module = _PLATFORMS[name]
    return None if mode == "hand" or module is None else cast("_Api", importlib.import_module(module))


def _info(name: str) -> PlatformInfo:
    facts = platform_facts.load(name)
    best = facts.api if facts.api and _PLATFORMS[name] else facts.hand
    entrance = way(facts) if best.mode != "hand" else None
    quality = tomllib.loads((facts.folder / "quality.toml").read_text(encoding="utf-8"))
    return PlatformInfo(
        name=name,
        title=facts.title,
        mode=best.mode,
        grade=quality["grade"],
        tested_against=quality["tested_against"],
        not_tested=quality["not_tested"],
        capabilities=best,
        hand=facts.hand,
        fields=facts.fields_for("hand" if best.mode == "hand" else "api"),
        hand_fields=facts.fields_for("hand"),
        setup=(facts.folder / "setup.md").read_text(encoding="utf-8"),
        service=facts.service if best.mode != "hand" else None,
        reminders=facts.reminders,
        signs_in=entrance is not None,
        sign_in_fields=entrance.fields if entrance else (),
        rights=entrance.provider.scopes if entrance else (),
        chooses=entrance.provider.chooses if entrance else "",
        renews=entrance.provider.renews if entrance else False,
    )
