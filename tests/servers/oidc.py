"""A real OpenID provider (oidc-provider-mock) as a process of its own: sign-in page, code, tokens, refresh."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests

from tests.servers import installed, process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Oidc:
    """The provider's address, and a person in front of its sign-in page."""

    url: str

    def sign_in(self, authorize_url: str, person: str) -> str:
        """Fill in the sign-in page as a person does, and return the address that the browser is sent back to."""
        return self._answer(authorize_url, {"sub": person})

    def decline(self, authorize_url: str) -> str:
        """Say no on the sign-in page, and return the address that the browser is sent back to."""
        return self._answer(authorize_url, {"action": "deny"})

    def who(self, access: str) -> str | None:
        """Return whom an access token belongs to, or None when it is not valid."""
        answer = requests.get(f"{self.url}/userinfo", headers={"Authorization": f"Bearer {access}"}, timeout=10)
        return str(answer.json()["sub"]) if answer.ok else None

    def revoke(self, person: str) -> None:
        """End every login of this person."""
        requests.post(f"{self.url}/users/{person}/revoke-tokens", timeout=10).raise_for_status()

    def _answer(self, authorize_url: str, form: dict[str, str]) -> str:
        requests.get(authorize_url, timeout=10).raise_for_status()
        answer = requests.post(authorize_url, data=form, timeout=10, allow_redirects=False)
        answer.raise_for_status()
        return answer.headers["Location"]


@contextlib.contextmanager
def oidc(folder: Path) -> Iterator[Oidc]:
    """Run the provider on a free port of this machine."""
    if importlib.util.find_spec("oidc_provider_mock") is None:
        installed.missing("oidc", "The sign-in server (the Python package oidc-provider-mock)")
    port = process.free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port)]
    with process.start(command, log=folder / "oidc.log", ready=lambda: process.answers(port)):
        yield Oidc(f"http://127.0.0.1:{port}")
