"""One draft as the rules read it: its views, topics, profile and day, and where in it a rule has hit."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from planner.checklist import topics, wording
from planner.checklist.bank import lexicon
from planner.checklist.needles import haystack
from planner.checklist.patterns import branches, compiled, phrase, small
from planner.checklist.report import Profile
from planner.checklist.text import around

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from planner.checklist.needles import Haystack, Sieves
    from planner.checklist.report import Draft
    from planner.checklist.text import Span, Views

_QUOTED = re.compile(r'"[^"\n]{1,300}"|(?<![\w])\'[^\'\n]{1,120}\'(?!\w)')
_TORN = re.compile(r"~\w")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule has hit: raw offsets, the same place on `folded`, and the words as read."""

    start: int
    end: int
    first: int
    last: int
    words: str


class Letters:
    """The letters of one text as patterns look at them: what they may match, and where they did. The same for every account."""

    def __init__(self, views: Views, sieves: Sieves) -> None:
        """Keep the views of the text, and which patterns to look for."""
        self.views = views
        self.sieves = sieves
        self._haystacks: dict[str, Haystack] = {}
        self._worth: dict[str, set[str]] = {}
        self._small: dict[str, str | None] = {}
        self._spans: dict[tuple[str, str, bool], tuple[Span, ...]] = {}
        self._first: dict[tuple[str, str], Span | None] = {}

    def haystack(self, view: str) -> Haystack:
        """Return the named view prepared for quick looks; views that read the same share it.

        The masked view is the folded one filled up in places: what could match there could match in the folded one, unless the filling
        ends within a word, which then begins in the masked view alone.
        """
        if view not in self._haystacks:
            same = view == "masked" and not _TORN.search(self.views.masked.text)
            self._haystacks[view] = haystack(getattr(self.views, "folded" if same else view).text)
        return self._haystacks[view]

    def worth_trying(self, view: str) -> set[str]:
        """Return the parts of the rules' patterns that could match the named view."""
        if view not in self._worth:
            self._worth[view] = self.haystack(view).worth_trying(self.sieves.by_view[view])
        return self._worth[view]

    def spans(self, pattern: str, view: str, *, ignore_case: bool) -> tuple[Span, ...]:
        """Return where the pattern matches in the named view, in order; its first group that took part marks the words to show."""
        key = (pattern, view, ignore_case)
        if key not in self._spans:
            self._spans[key] = tuple(span for match in self._matches(*key) if (span := _shown(match))[0] < span[1])
        return self._spans[key]

    def holds(self, pattern: str, view: str) -> bool:
        """Tell whether a case-blind pattern matches anywhere in the named view."""
        return self.first(pattern, view) is not None

    def first(self, pattern: str, view: str) -> Span | None:
        """Return where a case-blind pattern first matches in the named view."""
        key = (pattern, view)
        if key not in self._first:
            found = next(self._matches(pattern, view, True), None) if self.haystack(view).may_hold(pattern) else None
            self._first[key] = None if found is None else found.span()
        return self._first[key]

    def every(self, patterns: Sequence[str], view: str) -> Iterator[re.Match[str]]:
        """Yield the matches of case-blind patterns in the named view as one pattern of all of them would; words may be in small letters.

        Each part is looked for alone: most of them cannot match, and many others only where some words begin.
        """
        letters = self.haystack(view)
        parts = [part for pattern in patterns for part in branches(pattern) if letters.may_hold(part)]
        following = [self._after(part, view, 0) for part in parts]
        while found := min((match for match in following if match is not None), key=re.Match.start, default=None):
            yield found
            end = found.end()
            for number, match in enumerate(following):
                if match is not None and match.start() < end:
                    following[number] = self._after(parts[number], view, end)

    def _after(self, pattern: str, view: str, start: int) -> re.Match[str] | None:
        """Return the first match of a case-blind pattern that begins at `start` or later."""
        finder, text = self._finder(pattern, view, ignore_case=True)
        places = self.haystack(view).places(pattern)
        if places is None:
            return finder.search(text, start)
        return next((match for at in places if at >= start and (match := finder.match(text, at)) is not None), None)

    def _matches(self, pattern: str, view: str, ignore_case: bool) -> Iterator[re.Match[str]]:  # noqa: FBT001 - parts of one key
        finder, text = self._finder(pattern, view, ignore_case=ignore_case)
        return self.haystack(view).matches(finder, pattern, text)

    def _finder(self, pattern: str, view: str, *, ignore_case: bool) -> tuple[re.Pattern[str], str]:
        """Return the compiled pattern and the text to run it over: in small letters where that finds the same places, twice as fast."""
        text: str = getattr(self.views, view).text
        if ignore_case:
            if view not in self._small:
                letters = self.haystack(view)
                self._small[view] = text.lower() if letters.plain else None
            low, quick = self._small[view], small(pattern)
            if low is not None and quick is not None:
                return quick, low
        return compiled(pattern, ignore_case=ignore_case), text


@lru_cache(maxsize=8)
def _letters(views: Views, sieves: Sieves) -> Letters:
    """Return the letters of views; the accounts of one post ask for the same ones one after the other, and nobody asks much later."""
    return Letters(views, sieves)


class Reading:
    """A draft opened for the rules; everything is worked out when it is first asked for, and kept."""

    def __init__(self, draft: Draft, views: Views, profile: Profile | None, today: date | None, sieves: Sieves) -> None:
        """Keep the draft, its views, the account's profile (an empty one if None), the day, and which patterns to look for.

        `caught` is set when the confidentiality detector asks about the draft or holds it.
        """
        self.draft = draft
        self.views = views
        self.profile = profile or Profile()
        self.today = today
        self.caught = False
        self.letters = _letters(views, sieves)

    def holds(self, pattern: str, view: str = "folded") -> bool:
        """Tell whether a case-blind pattern matches anywhere in the named view."""
        return any(self.letters.holds(branch, view) for branch in branches(pattern))

    def first(self, patterns: Sequence[str], view: str) -> Span | None:
        """Return where the first of the case-blind patterns matches first in the named view, as one pattern of all of them would."""
        parts = (self.letters.first(branch, view) for pattern in patterns for branch in branches(pattern))
        return min((span for span in parts if span is not None), key=itemgetter(0), default=None)

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

    def speaks_against(self, rule: str) -> bool:
        """Tell whether the draft as a whole reads so unlike those that reviewers sent back for the rule that a pattern must be wrong.

        A draft of too few known words (score 0) speaks for nothing.
        """
        return 0 < self.wording.get(rule, 0.0) < wording.fitted().floors.get(rule, 0.0)

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


def _shown(match: re.Match[str]) -> Span:
    """Return the span of the first group that took part, or of the whole match."""
    return match.span(next((index for index in range(1, match.re.groups + 1) if match[index] is not None), 0))
