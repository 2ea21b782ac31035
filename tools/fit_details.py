"""Fit the weights of the words that narrow down who is meant, on labeled drafts (JSONL) that speak of one person; needs scikit-learn."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from planner.checklist.confidentiality import decide, details, subjects
from planner.checklist.spans import Stretches, meets
from planner.checklist.text import views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planner.checklist.confidentiality.subjects import Scan
    from planner.checklist.text import Span, View

    Vector = NDArray[np.float64]

OUT = Path("content_bank/lexicons/details.bin")
DETAILS = ("confidentiality.quasi-identifier", "confidentiality.direct-identifier")
PERSON = "confidentiality.client-reference"
STRENGTH = 0.05
FOLDS = 4
LARGEST = 127  # steps of a weight


@dataclass(frozen=True, slots=True)
class Text:
    """One labeled text: what was seen in it, where its person is mentioned, what its labels call details (folded view), and who wrote it."""

    seen: Scan
    mentioned: tuple[Span, ...]
    labels: tuple[Span, ...]
    author: str


@dataclass(frozen=True, slots=True)
class Data:
    """The words of all texts: the buckets of their sights as a matrix, whether a label covers them, and the fold of their writer."""

    texts: list[Text]
    matrix: csr_matrix
    truth: NDArray[np.bool_]
    folds: NDArray[np.int64]


def read(paths: list[Path]) -> Iterator[Text]:
    """Yield every text that speaks of one person."""
    for path in sorted(paths):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if any(one["rule"] in {PERSON, DETAILS[0]} for one in row["findings"]):
                view = views(row["text"]).folded
                seen = subjects.scan(view.text, None)
                if seen.words.lower:
                    yield Text(seen, decide.mentions(seen), tuple(labels(row, view, seen)), path.stem)


def labels(row: dict[str, Any], view: View, seen: Scan) -> Iterator[Span]:
    """Yield the spans (folded view) of the words that the labels of a draft call details."""
    quotes = [one["quote"] for one in row["findings"] if one["rule"] in DETAILS and one["quote"] in row["text"]]
    for quote in dict.fromkeys(quotes):
        start = row["text"].index(quote)
        told = [span for span in seen.words.spans if meets([(start, start + len(quote))], *view.to_raw(*span))]
        if told:
            yield told[0][0], told[-1][1]


def arranged(texts: list[Text]) -> Data:
    """Return the words of all texts as rows of a sparse matrix."""
    authors = sorted({text.author for text in texts})
    rows: list[NDArray[np.uint32]] = []
    truth: list[bool] = []
    folds: list[int] = []
    for text in texts:
        size, covered = len(text.seen.words.lower), Stretches(text.labels)
        rows.append(np.array(list(details.buckets(details.lines(text.seen, text.mentioned), 0, size)), dtype=np.uint32).T)
        truth += [covered.meets(*span) for span in text.seen.words.spans]
        folds += [authors.index(text.author) % FOLDS] * size
    told = np.vstack(rows)
    starts = np.arange(0, told.size + 1, told.shape[1], dtype=np.int32)
    matrix = csr_matrix((np.ones(told.size), told.ravel().astype(np.int32), starts), shape=(len(told), details.BUCKETS))
    matrix.sum_duplicates()
    return Data(texts, matrix, np.array(truth), np.array(folds))


def fit(data: Data, known: NDArray[np.bool_]) -> tuple[int, Vector]:
    """Fit on some words and return the bias and the weight of each bucket, in steps."""
    model = LogisticRegression(solver="liblinear", random_state=0, tol=0.02, C=STRENGTH)
    model.fit(data.matrix[known], data.truth[known])
    return round(model.intercept_[0] / details.STEP), np.clip(np.round(model.coef_[0] / details.STEP), -LARGEST, LARGEST)


def left_out(data: Data) -> Vector:
    """Return the weight of every word by a table that has read nothing of its writer's."""
    found = np.zeros(len(data.truth))
    for fold in range(FOLDS):
        bias, weights = fit(data, data.folds != fold)
        found[data.folds == fold] = (data.matrix[data.folds == fold] @ weights + bias) * details.STEP
    return found


def figures(texts: list[Text], weights: Vector, bounds: details.Bounds) -> tuple[float, float, float]:
    """Return how many of the labels are met by a mark, how many of the details marked meet a label, and how many a text has."""
    met = labeled = right = marked = at = 0
    for text in texts:
        size = len(text.seen.words.lower)
        told = details.by_weight(text.seen, weights[at : at + size].tolist(), bounds)
        found = [(one.clue.start, one.clue.end) for one in told if one.weight >= bounds.doubtful]
        at += size
        covered, marks = Stretches(text.labels), Stretches((*found, *text.mentioned))
        met += sum(marks.meets(*span) for span in text.labels)
        labeled += len(text.labels)
        right += sum(covered.meets(*span) for span in found)
        marked += len(found)
    return met / max(1, labeled), right / max(1, marked), marked / max(1, len(texts))


def main() -> None:
    """Cross-validate the table, print its figures beside those of patterns alone, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drafts", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--measure", action="store_true", help="measure with writers left out as well (four more fits)")
    args = parser.parse_args()
    data = arranged(list(read(args.drafts)))
    if args.measure:
        sums = left_out(data)
        for likely, doubtful in ((99.0, -99.0), (-0.6, -1.4), (-0.4, -1.4), (-0.2, -1.4), (0.0, -1.4), (-0.4, -1.0), (-0.2, -1.0)):
            told = figures(data.texts, sums, details.Bounds(likely, doubtful))
            print(
                f"writers left out, likely {likely}, doubtful {doubtful}: labels met {told[0]:.3f}, right {told[1]:.3f}, a text {told[2]:.2f}"
            )
    bias, weights = fit(data, np.ones(len(data.truth), dtype=bool))
    args.out.write_bytes(details.packed(bias, weights.astype(int).tolist()))
    print(f"{args.out.stat().st_size} bytes, {len(data.texts)} texts, {len(data.truth)} words")


if __name__ == "__main__":
    main()
