"""A platform's `facts.toml` as values: numbers, link templates and what an account is asked for, each with its date and status."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors import counting, service
from connectors.base import Capabilities, Length, MediaRules, Shared
from connectors.sign_in import Provider

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from connectors.service import Service

_FLOOR = Path(__file__).parent
TOLD = "told."
"""How the settings begin that an account's own server or login told, see `AuthState.told`."""


@dataclass(frozen=True, slots=True)
class ComposeTemplate:
    """A link into the platform's own composer: `params` maps a query name to text, title, url or tags; `needs` must be there."""

    url: str
    params: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    status: str
    checked: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing that an account is asked for; `modes` says for api, for hand-posting, or only at a sign-in through the browser.

    `yes`: it is a yes or an empty word. `chosen`: after a sign-in through the browser it is chosen from a list, so nobody has to type it.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""
    modes: tuple[str, ...] = ("api", "hand")
    yes: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Prices:
    """What the platform charges in USD: for one create without and with a URL in it, and for each image's description."""

    post: Decimal
    post_with_url: Decimal
    description: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one platform; `checked` is the day on which somebody last looked."""

    platform: str
    title: str
    checked: date
    hand: Capabilities
    api: Capabilities | None
    link: str
    title_limit: int | None
    needs_title: bool
    needs_image: bool
    warning_counts: bool
    compose: tuple[ComposeTemplate, ...]
    open_url: str | None
    rules_url: str
    reminders: tuple[str, ...]
    fields: tuple[CredentialField, ...]
    prices: Prices | None
    sign_in: Provider | None
    service: Service | None
    folder: Path

    def require_service(self) -> Service:
        """Return where the platform's interface stands; raise ValueError when its facts do not say."""
        if self.service is None:
            raise ValueError(f"{self.folder / 'facts.toml'} has no [service] table. Add it.")
        return self.service

    def fields_for(self, mode: str) -> tuple[CredentialField, ...]:
        """Return what an account in this mode is asked for."""
        return tuple(field for field in self.fields if mode in field.modes)


@cache
def load(platform: str) -> Facts:
    """Return the facts of a platform; raise ValueError that names the file and what is wrong in it."""
    folder = _FLOOR / platform
    path = folder / "facts.toml"
    try:
        return _facts(platform, folder, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} cannot be used: {error!r}. Mend it or take the platform out of connectors/registry.py.") from error


def tuned(facts: Facts, settings: Mapping[str, str]) -> Facts:
    """Return the facts as one account's own server told them (its settings that begin with `told.`); what it did not tell stays."""
    told = {name.removeprefix(TOLD): value for name, value in settings.items() if name.startswith(TOLD)}
    if not told:
        return facts
    return replace(facts, hand=_tuned(facts.hand, told), api=_tuned(facts.api, told) if facts.api else None)


def _tuned(rules: Capabilities, told: Mapping[str, str]) -> Capabilities:
    number = {name: int(value) for name, value in told.items() if value.isdecimal() and value != "0"}
    length = replace(
        rules.length,
        limit=number.get("text_limit", rules.length.limit),
        url_weight=number.get("url_weight", rules.length.url_weight),
    )
    media = replace(
        rules.media,
        max_items=number.get("images", rules.media.max_items),
        max_bytes=number.get("image_bytes", rules.media.max_bytes),
        alt_limit=number.get("alt_limit", rules.media.alt_limit),
        mimes=tuple(mime for mime in rules.media.mimes if mime in told["mimes"].split()) if told.get("mimes") else rules.media.mimes,
    )
    changed = replace(rules, length=length, media=media)
    if rules.mode == "hand":
        return changed
    # A server that only speaks the platform's language keeps none of its promises about keys.
    lookup = told.get("verified") == "no" and rules.idempotency == "native_window"
    return replace(changed, thread=rules.thread or told.get("threads") == "yes", idempotency="lookup" if lookup else rules.idempotency)


def _facts(platform: str, folder: Path, raw: Mapping[str, Any]) -> Facts:
    post = raw["post"]
    prices = raw.get("prices")
    hand = _hand(platform, raw)
    return Facts(
        platform=platform,
        title=raw["title"],
        checked=raw["checked"],
        hand=hand,
        api=_api(hand, raw["api"], raw.get("shared")) if "api" in raw else None,
        link=post["link"],
        title_limit=post.get("title_limit"),
        needs_title=post.get("needs_title", False),
        needs_image=post.get("needs_image", False),
        warning_counts=post.get("warning_counts", False),
        compose=tuple(_template(item) for item in raw.get("compose", ())),
        open_url=raw.get("open_url"),
        rules_url=raw.get("rules_url", ""),
        reminders=tuple(raw.get("reminders", ())),
        fields=tuple(CredentialField(**{**item, "modes": tuple(item.get("modes", ("api", "hand")))}) for item in raw.get("field", ())),
        prices=Prices(**{name: Decimal(value) for name, value in prices.items()}) if prices else None,
        sign_in=_sign_in(raw["sign_in"]) if "sign_in" in raw else None,
        service=service.read(raw["service"]) if "service" in raw else None,
        folder=folder,
    )


def _sign_in(raw: Mapping[str, Any]) -> Provider:
    lists = {name: tuple(raw.get(name, ())) for name in ("scopes", "wider")}
    return Provider(**{**raw, **lists, "extra": tuple(raw.get("extra", {}).items())})


def _template(item: Mapping[str, Any]) -> ComposeTemplate:
    params = tuple(item["params"].items())
    return ComposeTemplate(item["url"], params, tuple(item.get("needs", ())), item["status"], item["checked"], item.get("note", ""))


def _hand(platform: str, raw: Mapping[str, Any]) -> Capabilities:
    length, media, post = raw["length"], raw["media"], raw["post"]
    if length["unit"] not in counting.UNITS:
        raise KeyError(length["unit"])
    return Capabilities(
        platform=platform,
        title=raw["title"],
        mode="hand",
        idempotency="none",
        idempotency_window_s=None,
        can_read_back=False,
        can_delete=False,
        thread=post["thread"],
        link_card=post["link"] == "card",
        length=Length(length["unit"], length["limit"], length.get("url_weight"), length.get("bytes_limit")),
        media=MediaRules(
            media["max_items"], media["max_bytes"], tuple(media["mimes"]), media.get("needs_public_url", False), media.get("alt_limit")
        ),
        content_warning=post.get("content_warning", False),
        visibility=tuple(post.get("visibility", ())),
        reply_control=tuple(post.get("reply_control", ())),
        first_comment=post.get("first_comment", ""),
        fold=post.get("fold"),
        shown_url=post.get("shown_url"),
    )


def _api(hand: Capabilities, api: Mapping[str, Any], shared: Mapping[str, int] | None) -> Capabilities:
    lists = {name: tuple(api[name]) for name in ("metrics", "reply_control") if name in api}
    media = {"media": replace(hand.media, **api["media"])} if "media" in api else {}
    together = Shared(shared["posts"], shared["span_s"]) if shared else None
    return replace(hand, **{**api, **lists, **media}, shared=together)
