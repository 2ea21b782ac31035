"""Passages of labeled long drafts as samples of their own, and what seeing a draft in passages is worth; for `tools/fit_subject.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.checklist.confidentiality import cues, passages, subjects
from planner.checklist.text import views

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]


def of(row: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield the passages of a draft's text with whether a label says that they tell of somebody; none of a short one.

    What stands beside such a passage and has no label of its own is left out: it may well speak of the same person.
    """
    text = row["text"]
    read = views(text)
    words = cues.read(read.folded.text)
    spans = [read.folded.to_raw(*words.span(*one)) for one in passages.cut(words)]
    labels = [one for one in row.get("findings", ()) if one["rule"].startswith("confidentiality.")]
    told = [text.find(one["quote"]) for one in labels if one.get("quote")]
    tells = [any(start <= at < end for at in told) for start, end in spans]
    if labels and not any(tells):
        return
    for at, (start, end) in enumerate(spans):
        if tells[at] or not any(tells[max(at - 1, 0) : at + 2]):
            yield text[start:end], tells[at]


def together(logits: Vector, parts: NDArray[np.int64]) -> tuple[list[int], Vector, Vector]:
    """Return the drafts that have passages, their own logits, and those that the detector makes of theirs and their passages'.

    Args:
        logits: of every sample.
        parts: for every sample the number of the draft that it is a passage of, else -1.
    """
    best: dict[int, float] = {}
    for at, draft in enumerate(parts.tolist()):
        if draft >= 0:
            best[draft] = max(best.get(draft, -np.inf), float(logits[at]))
    drafts = sorted(best)
    whole = logits[drafts]
    return drafts, whole, np.array([subjects.in_passages(float(logits[draft]), best[draft]) for draft in drafts])
