"""Where the second reader's model may be: on this machine, or on another one by decision and never unencrypted."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

EXAMPLE = "http://127.0.0.1:11434"
_TOO_MUCH = ("/completions", "/api/chat", "/api/generate")
"""Ends of paths that are asked for, not addresses of servers."""


def loopback(host: str) -> bool:
    """Tell whether a host, as it stands in an address, is this machine by its very name or number."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def place(url: str) -> str:
    """Return host and port of an address that `fault` has nothing to say about, for people; never a name, password, path or query."""
    return urlsplit(url).netloc.rpartition("@")[2]


def fault(url: str, *, elsewhere: bool) -> str:
    """Return one sentence about what is wrong with the address of a model's server, without any secret in it; empty when nothing is.

    `elsewhere` says whether the organization has decided that another machine may be asked.
    """
    parts = _parts(url)
    if parts is None:
        shown = "" if "@" in url or "?" in url else f" is “{url[:60]}”, but"
        return f"PLANNER_READER_URL{shown} has to look like {EXAMPLE}."
    if "@" in parts.netloc or parts.query or parts.fragment:
        return f"PLANNER_READER_URL holds more than an address; write {EXAMPLE}, and a key into PLANNER_READER_KEY."
    if parts.path.rstrip("/").endswith(_TOO_MUCH):
        return f"PLANNER_READER_URL ends in “{parts.path[-60:]}”; leave that away, it is added by itself, as in {EXAMPLE}."
    return _far(parts.hostname or "", parts.scheme, elsewhere=elsewhere)


def _far(host: str, scheme: str, *, elsewhere: bool) -> str:
    """Return one sentence about a host that may not be asked so; this machine always may."""
    if loopback(host):
        return ""
    if not elsewhere:
        return (
            f"PLANNER_READER_URL names “{host[:60]}”, another machine than this one; use an address of this one such as {EXAMPLE}, "
            "or write into PLANNER_READER_ELSEWHERE why your organization lets drafts go there."
        )
    if scheme == "http":
        return f"PLANNER_READER_URL would send drafts and key to “{host[:60]}” for all to read on the way; use https://, or a tunnel."
    return ""


def _parts(url: str) -> SplitResult | None:
    """Return the parts of an http or https address with a host and a port that is one, else None."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if good and not any(sign.isspace() for sign in url) else None
