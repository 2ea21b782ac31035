"""Names that are kept out of everything that leaves the house: the own names of people who write under a pseudonym."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.domain.account import Account

PLACE, IN_ADDRESS = "(name withheld)", "name-withheld"
"""What stands where such a name stood, in a sentence and in the part of an address."""

_BETWEEN = r"(?:[\W_]|%20)+"
"""Between the words of a name: blanks, line breaks, points, the hyphens of an address."""


class Withheld:
    """Takes the legal names of pseudonymous accounts out of texts; without such an account every text stays as it is."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        """Take every account, archived ones too: whoever wrote there has not agreed to be named since."""
        names = {tuple(re.findall(r"\w+", one.facts.legal_name)) for one in accounts} - {()}
        longest_first = sorted(names, key=lambda words: (-len(words), words))
        told = "|".join(_BETWEEN.join(map(re.escape, words)) for words in longest_first)
        self._names = re.compile(rf"(?<![^\W_])(?:{told})(?![^\W_])", re.IGNORECASE) if told else None

    def hide(self, text: str) -> str:
        """Return the text without those names, however they are spaced, joined or capitalized."""
        return self._names.sub(lambda found: PLACE if re.search(r"\s", found[0]) else IN_ADDRESS, text) if self._names else text

    def finds(self, text: str) -> bool:
        """Tell whether one of those names stands in the text."""
        return self._names is not None and self._names.search(text) is not None

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
        """Return a value of JSON with every text in it cleaned; keys are ours and stay."""
        if self._names is None:
            return value
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, dict):
            return {key: self.clean(one) for key, one in value.items()}
        return [self.clean(one) for one in value] if isinstance(value, list) else value
