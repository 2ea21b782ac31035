"""One draft as the rules read it: its views, topics, profile and day, and where in it a rule has hit."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from planner.checklist import topics, wording
from planner.checklist.bank import lexicon
from planner.checklist.needles import Haystack
from planner.checklist.patterns import branches, compiled, phrase
from planner.checklist.report import Profile
from planner.checklist.text import around

if TYPE_CHECKING:
    from datetime import date

    from planner.checklist.needles import Sieve
    from planner.checklist.report import Draft
    from planner.checklist.text import Span, Views

_QUOTED = re.compile(r'"[^"\n]{1,300}"|(?<![\w])\'[^\'\n]{1,120}\'(?!\w)')


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule has hit: raw offsets, the same place on `folded`, and the words as read."""

    start: int
    end: int
    first: int
    last: int
    words: str


class Reading:
    """A draft opened for the rules; everything is worked out when it is first asked for, and kept."""

    def __init__(self, draft: Draft, views: Views, profile: Profile | None, today: date | None, sieve: Sieve) -> None:
        """Keep the draft, its views, the account's profile (an empty one if None), the day, and which patterns to look for."""
        self.draft = draft
        self.views = views
        self.profile = profile or Profile()
        self.today = today
        self._sieve = sieve
        self._haystacks: dict[str, Haystack] = {}
        self._worth: dict[str, set[str]] = {}

    def haystack(self, view: str) -> Haystack:
        """Return the named view prepared for quick looks."""
        if view not in self._haystacks:
            self._haystacks[view] = Haystack(getattr(self.views, view).text)
        return self._haystacks[view]

    def worth_trying(self, view: str) -> set[str]:
        """Return the parts of the rules' patterns that could match the named view."""
        if view not in self._worth:
            self._worth[view] = self.haystack(view).worth_trying(self._sieve.index) | self._sieve.always
        return self._worth[view]

    def holds(self, pattern: str, view: str = "folded") -> bool:
        """Tell whether a case-blind pattern matches anywhere in the named view."""
        haystack, text = self.haystack(view), getattr(self.views, view).text
        return any(
            haystack.may_hold(branch) and compiled(branch, ignore_case=True).search(text) is not None for branch in branches(pattern)
        )

    @cached_property
    def folded(self) -> str:
        """The folded text."""
        return self.views.folded.text

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics that the draft touches."""
        return frozenset(topic.name for topic in topics.every() if any(self.holds(pattern, "words") for pattern in topic.match))

    @cached_property
    def wording(self) -> dict[str, float]:
        """How much the draft reads like those that reviewers sent back, by rule."""
        return wording.scores(wording.plain(self.views.masked.text), wording.fitted())

    @cached_property
    def quoted(self) -> tuple[Span, ...]:
        """Spans on `folded` that stand in quotation marks, marks included."""
        return tuple(match.span() for match in _QUOTED.finditer(self.folded))

    @cached_property
    def official_names(self) -> tuple[Span, ...]:
        """Spans on `folded` of official names that hold words we would flag elsewhere."""
        names = lexicon("names_official")["names"]
        pattern = compiled("|".join(phrase(name) for name in names), ignore_case=True)
        return tuple(match.span() for match in pattern.finditer(self.folded))

    def hit(self, start: int, end: int) -> Hit:
        """Return the hit for raw offsets."""
        starts, ends = self.views.folded.starts, self.views.folded.ends
        first = bisect_right(ends, start)
        last = bisect_left(starts, end)
        return Hit(start, end, first, max(first, last), self.folded[first:last])

    def sentence(self, hit: Hit) -> str:
        """Return the folded sentence in which the hit starts."""
        start, end = around(self.views.sentences, hit.first)
        return self.folded[start:end]

    def sentence_span(self, hit: Hit) -> Span:
        """Return the span on `folded` from the start of the hit's first to the end of its last sentence."""
        return around(self.views.sentences, hit.first)[0], max(around(self.views.sentences, max(hit.first, hit.last - 1))[1], hit.last)

    def clause_span(self, hit: Hit) -> Span:
        """Return the span on `folded` of the clause in which the hit starts."""
        start, end = around(self.views.clauses, hit.first)
        return start, max(end, hit.last)

    def near(self, hit: Hit, words: int) -> str:
        """Return the folded text from `words` words before to `words` words after the hit."""
        before = re.findall(r"\S+\s*", self.folded[max(0, hit.first - 20 * words) : hit.first])[-words:]
        after = re.findall(r"\s*\S+", self.folded[hit.last : hit.last + 20 * words])[:words]
        return "".join(before) + hit.words + "".join(after)
