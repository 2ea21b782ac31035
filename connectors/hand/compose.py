"""Links that open a platform's own composer with the draft in it; built on the card only, never put into a notice."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from connectors.base import ComposeLink
from connectors.wording import hashtag, link_in_text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Variant
    from connectors.facts import ComposeTemplate, Facts

_MAX = 2000
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://")
_PLACE = re.compile(r"\{(\w+)\}")


def compose_link(facts: Facts, settings: Mapping[str, str], variant: Variant) -> ComposeLink | None:
    """Return the best link for this variant, or None when the platform has none or a setting for it is missing."""
    found = _best(facts, settings, _values(facts, variant))
    return replace(found, rules=_placed(facts.rules_url, settings) or "") if found else None


def _best(facts: Facts, settings: Mapping[str, str], values: Mapping[str, str]) -> ComposeLink | None:
    for template in facts.compose:
        url = _placed(template.url, settings)
        if url and all(values.get(need) for need in template.needs):
            return _filled(url, template, values)
    url = _placed(facts.open_url or "", settings)
    return ComposeLink(url, (), "Copy the text from the card.") if url else None


def _values(facts: Facts, variant: Variant) -> dict[str, str]:
    """Return what can be prefilled; where the template takes the link by itself, it leaves the text."""
    return {
        "text": texts(variant, with_link=link_in_text(facts.link, "hand", variant))[0],
        "bare_text": variant.segments[0] if variant.segments else "",
        "title": variant.title or "",
        "url": variant.link.url if variant.link else "",
        "tags": ",".join(hashtag(tag)[1:] for tag in variant.tags),
    }


def _placed(url: str, settings: Mapping[str, str]) -> str | None:
    """Return the template with the account's own server or page in it, or None when that is not known."""
    wanted = _PLACE.findall(url)
    if not url or any(not settings.get(name, "").strip() for name in wanted):
        return None
    # People paste addresses with and without the scheme; anything but the web has no place in a link.
    bare = _PLACE.sub(lambda place: _SCHEME.sub("", settings[place.group(1)].strip()).removesuffix("/"), url)
    return bare if bare.startswith("https://") else f"https://{bare}"


def _filled(url: str, template: ComposeTemplate, values: Mapping[str, str]) -> ComposeLink:
    chosen = [(name, kind) for name, kind in template.params if values.get(kind)]
    full = _join(url, chosen, values)
    if len(full) <= _MAX:
        return ComposeLink(full, tuple(kind.removeprefix("bare_") for _, kind in chosen), template.note)
    short = [(name, kind) for name, kind in chosen if kind in {"url", "title", "tags"}]
    without = _join(url, short, values)
    if len(without) > _MAX:
        short, without = [], url
    note = "The text is too long for a link: copy it from the card. " + template.note
    return ComposeLink(without, tuple(kind for _, kind in short), note.strip())


def _join(url: str, chosen: list[tuple[str, str]], values: Mapping[str, str]) -> str:
    if not chosen:
        return url
    query = urlencode([(name, values[kind]) for name, kind in chosen], quote_via=quote)
    return f"{url}{'&' if '?' in url else '?'}{query}"
