"""Where a platform signs people in by OAuth 2.0: plain data from its `facts.toml`, loaded without any HTTP library."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from connectors.addresses import is_safe
from connectors.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

ClientAuth = Literal["none", "body", "basic"]
"""How the app proves itself at the token address: not at all (PKCE alone), id and secret in the body, or HTTP Basic."""

WIDER = "pages"
"""The field whose yes asks for the rights in `Provider.wider` as well."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a fresh login can post as, or to: the person's own profile, a page, a board. `values` complete the login."""

    key: str
    title: str
    note: str = ""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a platform signs people in. Addresses may hold fields of the account in braces: `https://{server}/oauth/token`.

    At `register_url`, where there is one, a server makes an app by itself. At `longer_url` the short login of a sign-in is made a
    long one, which the platform calls `longer_grant`; it wants the short one as `longer_token`. `chooses` names what a person chooses afterwards (page, board), and `wider` are
    the rights that are asked for only when the person says yes to the field `pages`. `renews`: a login renews itself without a refresh
    token.
    """

    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    client_auth: ClientAuth = "none"
    pkce: bool = True
    separator: str = " "
    extra: tuple[tuple[str, str], ...] = ()
    register_url: str = ""
    longer_url: str = ""
    longer_grant: str = ""
    longer_token: str = ""
    chooses: str = ""
    wider: tuple[str, ...] = ()
    renews: bool = False

    def at(self, values: Mapping[str, str]) -> Provider:
        """Return the provider with the account's fields filled in; raise Rejected when that gives no address fit for a login."""
        addresses = {name: _filled(getattr(self, name), values) for name in ("authorize_url", "token_url", "register_url", "longer_url")}
        scopes = (*self.scopes, *(self.wider if values.get(WIDER) == "yes" else ()))
        filled = replace(self, scopes=scopes, **addresses)  # type: ignore[arg-type]  # four addresses
        if not all(is_safe(url) for url in (filled.authorize_url, filled.token_url, filled.longer_url or filled.token_url)):
            raise Rejected("The address to sign in at is not valid. Mend the server of this account on the Accounts page.", "server")
        return filled


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        host = value.strip().removesuffix("/")
        # A whole address in the field wins over the scheme in the template: `http://127.0.0.1:…` in tests, `https://…` as people paste it.
        template = template.replace(f"https://{{{name}}}", host if "://" in host else f"https://{host}").replace(f"{{{name}}}", quote(host))
    return template
