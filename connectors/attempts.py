"""How a create without a key of the platform's is kept from happening twice: the journal says what was begun, a look what arrived."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.base import Found, Receipt, Ref
from connectors.errors import ConnectorError, Doubtful, Duplicate

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.base import Journal, NotFound, Part, Unknown

SKEW = timedelta(minutes=2)
"""So much earlier than ours a platform's clock may stand."""

_BEGUN, _MADE = "begun", "made"


def once(
    part: Part,
    journal: Journal,
    now: datetime,
    look: Callable[[datetime], Found | NotFound | Unknown] | None,
    create: Callable[[], Receipt],
) -> Receipt:
    """Send one create unless an earlier one for this part is known or found; `look` takes the time since when.

    Without `look` nobody can ask the platform: then a person has decided that it is sent again. Raise Duplicate when the journal
    belongs to other words.
    """
    done = made(journal, part)
    if done is not None:
        return done
    step = f"{_BEGUN}:{part.index}"
    begun = journal.get(step)
    if begun and look is not None:
        earlier = look(datetime.fromisoformat(begun) - SKEW)
        if isinstance(earlier, Found):
            return keep(journal, part, earlier.receipt)
    journal.put(step, begun or now.isoformat())
    try:
        receipt = create()
    except ConnectorError as error:
        if not isinstance(error, Doubtful):
            journal.put(step, "")
        raise
    return keep(journal, part, receipt)


def made(journal: Journal, part: Part) -> Receipt | None:
    """Return what an earlier call for this part made, as far as the journal knows; raise Duplicate when it made other words."""
    known = journal.get(f"{_MADE}:{part.index}")
    if not known:
        return None
    fingerprint, ref, url = known.split(" ", 2)
    if fingerprint != part.fingerprint:
        raise Duplicate("This delivery has a post with other words already. Open it and compare.", Ref(ref))
    return Receipt(Ref(ref), url or None, None)


def keep(journal: Journal, part: Part, receipt: Receipt) -> Receipt:
    """Write down what this part became, and return it."""
    journal.put(f"{_MADE}:{part.index}", f"{part.fingerprint} {receipt.ref} {receipt.url or ''}")
    return receipt


def same(one: str, other: str) -> bool:
    """Return whether two texts are the same but for white space and the form of accents."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
