"""Fit the weights of the confidentiality detector on labeled drafts (JSONL) and on texts that speak of nobody; needs scikit-learn."""

from __future__ import annotations

import argparse
import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from planner.checklist import wording
from planner.checklist.confidentiality import live_case, score, subjects
from planner.checklist.fitted_rows import packed as packed_rows
from planner.checklist.report import Draft
from planner.checklist.text import masked, views
from tools import passage_samples
from tools.folds import folds_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

OUT = Path("content_bank/lexicons")
WORDS_PENALTY = 0.007
RARITY = 1.5  # power of a bucket's rarity: how much further its weight may go than a common one's
SELDOM = 4  # texts that a bucket of the word table must stand in
FEATURES_PENALTY = 1.5
ANSWER_WEIGHT = 0.3
ORDINARY_WEIGHT = 0.3
PASSAGE_WEIGHT = 0.3
TWIN_WEIGHT = 0.3  # labeled drafts of one hard kind only: half of them look like a breach and are none
CONTRAST_WEIGHT = 0.999  # in every fit, in no figure: pairs written for contrast are no sample of drafts
PHRASES_STRENGTH = 30.0
BOUND = 12.0
STEP = 0.5
LARGEST = (1 << score.BITS) - 1  # steps
SHORTEST = 1e-8  # of a line search
LEAST = 3  # texts that a feature must stand in
SMALLEST = 0.005  # weight worth writing


@dataclass(frozen=True, slots=True)
class Sample:
    """One labeled text: its draft, whether it breaches confidentiality, how much it counts, and who wrote it (`""`: anybody).

    `back`: how many samples before it the draft stands that it is a passage of; 0 for a whole one.
    """

    draft: Draft
    breach: bool
    weight: float
    author: str = ""
    back: int = 0


def read(path: Path, weight: float = 1.0) -> list[Sample]:
    """Read labeled drafts; rows without a label are texts that speak of no served person and count `weight`."""
    return [
        Sample(
            Draft(id=str(row["id"]), text=row["text"], author=row.get("author"), kind=row.get("kind", "post")),
            bool(row["breach"]) if "breach" in row else any(one["rule"].startswith("confidentiality.") for one in row.get("findings", ())),
            CONTRAST_WEIGHT if "breach" in row else weight,
            path.stem if weight == 1 and "breach" not in row else "",
        )
        for row in _rows(path)
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def with_passages(path: Path) -> list[Sample]:
    """Read labeled drafts, each followed by its passages if it is a long one."""
    found: list[Sample] = []
    for whole, row in zip(read(path), _rows(path), strict=True):
        found.append(whole)
        for back, (text, breach) in enumerate(passage_samples.of(row), 1):
            found.append(Sample(replace(whole.draft, text=text), breach, PASSAGE_WEIGHT, whole.author, back))
    return found


def minimize(function: Callable[[Vector], tuple[float, Vector]], start: Vector, steps: int = 250) -> Vector:
    """Minimize a smooth function with L-BFGS and backtracking; plain and deterministic."""
    point = start
    value, slope = function(point)
    history: list[tuple[Vector, Vector]] = []
    for _ in range(steps):
        direction = -_two_loop(slope, history)
        length = 1.0
        gain = float(slope @ direction)
        while True:
            moved = point + length * direction
            moved_value, moved_slope = function(moved)
            if moved_value <= value + 1e-4 * length * gain or length < SHORTEST:
                break
            length /= 2
        history.append((moved - point, moved_slope - slope))
        history = history[-12:]
        done = abs(value - moved_value) < 1e-7 * max(1.0, abs(value))
        point, value, slope = moved, moved_value, moved_slope
        if done:
            break
    return point


def _two_loop(slope: Vector, history: list[tuple[Vector, Vector]]) -> Vector:
    result = slope.copy()
    alphas = []
    for step, change in reversed(history):
        alpha = (step @ result) / max(float(step @ change), 1e-12)
        alphas.append(alpha)
        result -= alpha * change
    if history:
        step, change = history[-1]
        result *= float(step @ change) / max(float(change @ change), 1e-12)
    for (step, change), alpha in zip(history, reversed(alphas), strict=True):
        result += step * (alpha - (change @ result) / max(float(step @ change), 1e-12))
    return result


def matrix_of(rows: list[frozenset[int]]) -> csr_matrix:
    """Return rows of set buckets as a sparse matrix, each row scaled to length 1."""
    columns = [bucket for row in rows for bucket in sorted(row)]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    values = np.repeat(1 / np.sqrt(np.maximum([len(row) for row in rows], 1)), [len(row) for row in rows])
    return csr_matrix((values, np.array(columns, dtype=np.int32), starts), shape=(len(rows), score.BUCKETS))


def fit_words(matrix: csr_matrix, truth: Vector, counts: Vector) -> Vector:
    """Fit the word-level table, one weight a bucket: logistic loss with an L2 penalty that is lighter the rarer a bucket is.

    Scaling the columns by their rarity does that, and costs nothing where the table is read: the scale goes into the weights.
    """
    texts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    scale = (np.log(matrix.shape[0] / np.maximum(texts, 1)) + 0.5) ** RARITY * (texts >= SELDOM)
    scale /= np.sqrt((scale**2 * texts).sum() / texts.sum())
    model = LogisticRegression(C=1 / WORDS_PENALTY, max_iter=300, solver="liblinear", random_state=0)
    weights: Vector = model.fit(csr_matrix(matrix.multiply(scale)), truth, sample_weight=counts).coef_[0] * scale
    return weights


def phrases_of(texts: list[str]) -> csr_matrix:
    """Return the texts as rows of the rarities of those words and pairs that the table of the word scores has, each scaled to length 1."""
    known = list(wording.fitted().rows)
    place = {name: at for at, (name, _, _) in enumerate(known)}
    rarity = np.array([rare / wording.SCALE for _, rare, _ in known])
    found = map(wording.features, map(wording.plain, map(masked, texts)))
    rows = [np.array(sorted(place[name] for name in one if name in place), dtype=np.int32) for one in found]
    values = [rarity[row] / max(float(np.sqrt((rarity[row] ** 2).sum())), 1e-9) for row in rows]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return csr_matrix((np.concatenate(values), np.concatenate(rows), starts), shape=(len(rows), len(known)))


def fit_phrases(matrix: csr_matrix, truth: Vector, counts: Vector) -> Vector:
    """Fit one weight a phrase; what a text without a known word would have is left to the bias of the whole."""
    model = LogisticRegression(C=PHRASES_STRENGTH, max_iter=200, solver="liblinear", random_state=0)
    weights: Vector = model.fit(matrix, truth, sample_weight=counts).coef_[0]
    return np.round(weights, 1)


def fit_features(table: NDArray[np.float64], truth: Vector, counts: Vector, penalty: Vector, offset: Vector) -> Vector:
    """Fit the structured weights; the last column is the bias, `offset` is what hand-set weights add to each logit."""

    def loss(point: Vector) -> tuple[float, Vector]:
        logit = table @ point + offset
        error = counts * (_logistic(logit) - truth)
        value = float(counts @ (np.logaddexp(0, logit) - truth * logit)) + float(penalty @ (point * point)) / 2
        return value, table.T @ error + penalty * point

    return minimize(loss, np.zeros(table.shape[1]), 500)


def _logistic(values: Vector) -> Vector:
    result: Vector = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return result


@dataclass(frozen=True, slots=True)
class Data:
    """Samples as arrays."""

    names: list[str]
    table: NDArray[np.float64]
    matrix: csr_matrix
    spoken: csr_matrix
    truth: Vector
    counts: Vector
    folds: NDArray[np.int64]
    offset: Vector
    parts: NDArray[np.int64]  # the number of the draft that a sample is a passage of, -1 for a whole one


def prepare(samples: list[Sample]) -> Data:
    """Scan every text once."""
    seen = [subjects.scan(views(sample.draft.text).folded.text, None) for sample in samples]
    rows = [subjects.features(one, sample.draft) for one, sample in zip(seen, samples, strict=True)]
    times: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            times[name] = times.get(name, 0) + (value != 0)
    names = sorted(name for name, count in times.items() if count >= LEAST)
    place = {name: at for at, name in enumerate(names)}
    table = np.zeros((len(rows), len(names)))
    for at, row in enumerate(rows):
        for name, value in row.items():
            if name in place:
                table[at, place[name]] = value
    return Data(
        names,
        table,
        matrix_of([frozenset(score.features(one.words)) for one in seen]),
        phrases_of([one.words.text for one in seen]),
        np.array([float(sample.breach) for sample in samples]),
        np.array([sample.weight for sample in samples]),
        np.array(folds_of([sample.author for sample in samples], [sample.draft.text for sample in samples])),
        np.array([sum(weight for _, weight in live_case.releases(one.words.text)) for one in seen], dtype=float),
        np.array([at - sample.back if sample.back else -1 for at, sample in enumerate(samples)]),
    )


def quantized(weights: Vector) -> Vector:
    """Round the word table as it is shipped."""
    return np.clip(np.round(weights / STEP), -LARGEST, LARGEST) * STEP


def packed(weights: Vector) -> bytes:
    """Return the word table as `score` reads it: bit by bit of every size, of the weights above 0 and then of those below."""
    steps = np.round(quantized(weights) / STEP).astype(np.int8)
    planes = [
        np.packbits((side >> bit) & 1, bitorder="little")
        for side in (np.maximum(steps, 0), np.maximum(-steps, 0))
        for bit in range(score.BITS)
    ]
    return zlib.compress(b"".join(plane.tobytes() for plane in planes), 9)


def out_of_fold(data: Data) -> Vector:
    """Return both scores of every text's wording, a column each, by tables that have not seen its author or group."""
    result = np.zeros((len(data.truth), 2))
    for fold in sorted(set(data.folds.tolist())):
        known = data.folds != fold
        weights = fit_words(data.matrix[known], data.truth[known], data.counts[known])
        result[~known, 0] = data.matrix[~known] @ quantized(weights)
        result[~known, 1] = data.spoken[~known] @ fit_phrases(data.spoken[known], data.truth[known], data.counts[known])
    return result


def columns(data: Data, words: Vector) -> tuple[NDArray[np.float64], Vector]:
    """Return the structured table with the scores of the wording and a bias column, and the penalty of each column."""
    table = np.column_stack([data.table, np.clip(words, -BOUND, BOUND), np.ones(len(words))])
    penalty = np.append(np.full(data.table.shape[1], FEATURES_PENALTY), [0.05, 0.05, 1e-6])
    return table, penalty


def cross_validate(data: Data, words: Vector) -> Vector:
    """Return out-of-fold logits of the whole model (word scores are out of fold already)."""
    table, penalty = columns(data, words)
    result = np.zeros(len(data.truth))
    for fold in sorted(set(data.folds.tolist())):
        known = data.folds != fold
        point = fit_features(table[known], data.truth[known], data.counts[known], penalty, data.offset[known])
        result[~known] = table[~known] @ point + data.offset[~known]
    return result


def area(truth: Vector, logits: Vector) -> float:
    """Return the area under the ROC curve."""
    order = np.argsort(np.argsort(logits))
    positive = truth > 0
    count = positive.sum()
    return float((order[positive].sum() - count * (count - 1) / 2) / (count * (~positive).sum()))


def curve(truth: Vector, logits: Vector, precision: float) -> tuple[float, float]:
    """Return the best recall at a precision, and the probability threshold that gives it."""
    order = np.argsort(-logits)
    hits = np.cumsum(truth[order])
    fits = hits / np.arange(1, len(order) + 1) >= precision
    if not fits.any():
        return 0.0, 1.0
    last = int(np.nonzero(fits)[0][-1])
    return float(hits[last] / truth.sum()), float(_logistic(logits[order])[last])


def report(data: Data, logits: Vector) -> dict[str, Any]:
    """Return the figures of one cross-validation on the drafts, and the share of answers above each threshold."""
    drafts = data.counts == 1
    others = (data.counts < CONTRAST_WEIGHT) & (data.parts < 0)
    truth, found = data.truth[drafts], logits[drafts]
    figures: dict[str, Any] = {"drafts": int(drafts.sum()), "breaching": int(truth.sum()), "auc": round(area(truth, found), 4)}
    for precision in (0.8, 0.85, 0.9, 0.95):
        recall, threshold = curve(truth, found, precision)
        above = float((_logistic(logits[others]) >= threshold).mean()) if others.any() else 0.0
        figures[f"recall at precision {precision}"] = {
            "recall": round(recall, 3),
            "threshold": round(threshold, 3),
            "others above": round(above, 4),
        }
    long, alone, together = passage_samples.together(logits, data.parts)
    for name, made in (("long drafts as a whole", alone), ("long drafts in passages too", together)) if long else ():
        told = {f"recall at {goal}": [round(one, 3) for one in curve(data.truth[long], made, goal)] for goal in (0.85, 0.9, 0.95)}
        figures[name] = {"drafts": len(long), "auc": round(area(data.truth[long], made), 4), **told}
    return figures


def neutral(data: Data, words: Vector) -> float:
    """Return the score half-way between the middle draft that breaches and the middle one that does not."""
    drafts = data.counts == 1
    return float(np.median(words[drafts & (data.truth == 1)]) + np.median(words[drafts & (data.truth == 0)])) / 2


def write_phrases(path: Path, weights: Vector) -> None:
    """Write the word scores' table with these last weights; the rest of it stays."""
    head = zlib.decompress(wording.TABLE.read_bytes()).partition(b"\n")[0]
    last = len(wording.fitted().offsets)
    rows = [
        (name, rare, {**told, last: round(weight * 10)}) for (name, rare, told), weight in zip(wording.fitted().rows, weights, strict=True)
    ]
    path.write_bytes(zlib.compress(head + b"\n" + packed_rows(rows, last + 1), 9))


def write(out: Path, data: Data, words: Vector, digest: str, figures: dict[str, Any]) -> None:
    """Fit on everything and write `subject.toml`, `subject_words.bin` and the last weight of the word scores' table."""
    table, penalty = columns(data, words)
    point = fit_features(table, data.truth, data.counts, penalty, data.offset)
    weights = fit_words(data.matrix, data.truth, data.counts)
    (out / "subject_words.bin").write_bytes(packed(weights))
    table_of_words = wording.TABLE if out == OUT else out / wording.TABLE.name
    write_phrases(table_of_words, fit_phrases(data.spoken, data.truth, data.counts))
    lines = [
        "# Weights of the confidentiality detector, written by tools/fit_subject.py: do not edit by hand.",
        f"# Fitted on {figures['drafts']} labeled drafts ({figures['breaching']} breach) and {int(((data.counts < 1) & (data.parts < 0)).sum())} texts about nobody in particular.",
        f'training = "{digest}"',
        f"auc = {figures['auc']}",
        f"bias = {point[-1]:.3f}",
        f"bound = {BOUND}",
        f"words = {point[-3]:.3f}",
        f"neutral = {neutral(data, words[:, 0]):.2f}",
        f"phrases = {point[-2]:.3f}",
        f"neutral_phrases = {neutral(data, words[:, 1]):.2f}",
        "",
        "[features]",
    ]
    lines += [f'"{name}" = {value:.2f}' for name, value in zip(data.names, point, strict=False) if abs(value) >= SMALLEST]
    (out / "subject.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Cross-validate, print the figures and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drafts", type=Path, nargs="+")
    parser.add_argument("--answers", type=Path, nargs="*", default=[])
    parser.add_argument(
        "--ordinary", type=Path, nargs="*", default=[], help="ordinary posts by anybody, one JSON object with id and text a line"
    )
    parser.add_argument("--twins", type=Path, nargs="*", default=[], help="labeled drafts of one hard kind, which count less")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for all that is written, in place of the content bank")
    parser.add_argument("--dry", action="store_true", help="measure only")
    args = parser.parse_args()
    paths = sorted(args.drafts)
    samples = [sample for path in paths for sample in with_passages(path)]
    samples += [sample for path in args.answers for sample in read(path, ANSWER_WEIGHT)]
    samples += [sample for path in args.ordinary for sample in read(path, ORDINARY_WEIGHT)]
    samples += [sample for path in args.twins for sample in read(path, TWIN_WEIGHT)]
    digest = hashlib.sha256("\n".join(sample.draft.text for sample in samples).encode("utf-8", "surrogatepass")).hexdigest()
    data = prepare(samples)
    words = out_of_fold(data)
    figures = report(data, cross_validate(data, words))
    if not args.dry:
        write(args.out, data, words, digest, figures)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
