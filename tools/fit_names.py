"""Fit the weights of names and of marks of served people on labeled drafts (JSONL) and tweets (CoNLL); needs scikit-learn."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from planner.checklist.bank import english
from planner.checklist.confidentiality import cues, identifiers, marks, names, places
from planner.checklist.confidentiality.lists import name_lists
from planner.checklist.confidentiality.subjects import Scan
from planner.checklist.report import Draft
from planner.checklist.text import views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planner.checklist.confidentiality.weights import Trait
    from planner.checklist.text import View

    Vector = NDArray[np.float64]
    Span = tuple[int, int]

OUT = Path("content_bank/lexicons/name_weights.tsv")
RULE = "confidentiality.direct-identifier"
TAGS = ("PER", "person")
LOWER_WEIGHT = 0.75  # tweets once more in small letters
GUESS_WEIGHT = 0.3  # drafts name people whom no label names: what their lists say counts less
PLACE_WEIGHT = 0.5
BESIDE_WEIGHT = 0.5  # drafts that tell of nobody served
LEAST = {"person": 4, "served": 6}  # texts or runs that a trait must stand in
SMALLEST = 16  # hundredths worth writing
FOLDS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One run of words or mark: its traits, whether it is what is sought, how much it counts, its draft, and who wrote it."""

    traits: frozenset[Trait]
    truth: bool
    weight: float
    draft: str
    author: str


def tweets(path: Path, *, lower: bool) -> Iterator[tuple[str, list[Span]]]:
    """Yield the text of each tweet without handles, and the spans of the people named in it.

    The file has a word and its tag a line (a tab between them), and a blank line after each tweet.
    """
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        rows = [line.split("\t") for line in block.splitlines() if "\t" in line]
        text, people, after_at = "", list[tuple[int, int]](), False
        for word, tag in ((row[0].lower() if lower else row[0], row[-1]) for row in rows):
            if word == "@" or after_at:
                after_at = word == "@"
                continue
            if tag.endswith(TAGS):
                joined = tag.startswith("I-") and people and people[-1][1] == len(text) - 1
                people[-1:] = [(people[-1][0], len(text) + len(word))] if joined else [*people[-1:], (len(text), len(text) + len(word))]
            text += word + " "
        yield text, people


def overlaps(span: Span, others: list[Span]) -> bool:
    """Tell whether a span overlaps one of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def of_tweets(paths: list[Path]) -> Iterator[Row]:
    """Yield every possible name of the tweets, as they are and in small letters."""
    for path in paths:
        for lower in (False, True):
            for text, people in tweets(path, lower=lower):
                view = views(text).folded
                words = cues.read(view.text)
                for first, last in names.candidates(words):
                    truth = overlaps(view.to_raw(*words.span(first, last)), people)
                    yield Row(frozenset(names.person_traits(words, first, last)), truth, LOWER_WEIGHT if lower else 1.0, "", "")


def labeled(row: dict[str, Any], view: View) -> tuple[Scan, list[Span]]:
    """Scan a draft as far as names need it, and return the labeled marks of served people in it."""
    words = cues.read(view.text)
    seen = Scan(words, cues.find(words), (), (), places.find(words), identifiers.find(view.text, None))
    quotes = [one["quote"] for one in row["findings"] if one["rule"] == RULE and one["quote"] in row["text"]]
    return seen, [(row["text"].index(quote), row["text"].index(quote) + len(quote)) for quote in quotes]


def of_drafts(paths: list[Path]) -> Iterator[tuple[str, Row]]:
    """Yield every possible name and mark of the drafts, with the table that learns from it."""
    for path in sorted(paths):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            view = views(row["text"]).folded
            seen, gold = labeled(row, view)
            draft = Draft(id=str(row["id"]), text=row["text"], author=row.get("author"))
            breach = any(one["rule"].startswith("confidentiality.") for one in row["findings"])
            found = marks.candidates(seen)
            said: set[Trait] = {("cue", hit.cue) for hit in seen.hits}
            for one in found:
                truth = overlaps(view.to_raw(one.start, one.end), gold)
                traits = frozenset({*marks.traits(seen, draft, one, len(found)), *said})
                yield "served", Row(traits, truth, 1.0 if breach else BESIDE_WEIGHT, f"{path.stem} {draft.id}", path.stem)
                guess = (True, 1.0) if truth else guessed(seen, one)
                if one.kind == "name" and guess is not None:
                    yield "person", Row(frozenset(names.person_traits(seen.words, one.first, one.last)), *guess, "", path.stem)


def guessed(seen: Scan, one: marks.Mark) -> tuple[bool, float] | None:
    """Guess by the lists whether an unlabeled run is a name, and how much the guess counts; None where they do not tell."""
    lists = name_lists()
    head = seen.words.lower[one.first].removesuffix("'s")
    if overlaps((one.start, one.end), [(place.start, place.end) for place in seen.places]):
        return False, PLACE_WEIGHT
    if head in lists.given:
        return None if head in lists.words or head in english() else (True, GUESS_WEIGHT)
    return (False, GUESS_WEIGHT) if head in english() else None


@dataclass(frozen=True, slots=True)
class Data:
    """Rows as arrays."""

    rows: list[Row]
    traits: list[Trait]
    matrix: csr_matrix
    truth: Vector
    counts: Vector


def arranged(rows: list[Row], least: int) -> Data:
    """Return the rows as a sparse matrix of the traits that stand in at least so many of them."""
    times = Counter(trait for row in rows for trait in row.traits)
    traits = sorted((trait for trait, count in times.items() if count >= least), key=lambda trait: (trait[0], str(trait[1])))
    place = {trait: at for at, trait in enumerate(traits)}
    columns = [sorted(place[trait] for trait in row.traits if trait in place) for row in rows]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in columns])])
    flat = np.array([at for row in columns for at in row], dtype=np.int32)
    matrix = csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(rows), len(traits)))
    return Data(rows, traits, matrix, np.array([float(row.truth) for row in rows]), np.array([row.weight for row in rows]))


def fit(table: str, data: Data, known: NDArray[np.bool_]) -> tuple[Vector, float]:
    """Fit one table on some rows; the person table keeps few traits, the served table is smooth."""
    how = {"l1_ratio": 1.0, "C": 0.5} if table == "person" else {"l1_ratio": 0.0, "C": 0.2}
    model = LogisticRegression(solver="liblinear", random_state=0, max_iter=300, **how)
    model.fit(data.matrix[known], data.truth[known], sample_weight=data.counts[known])
    return np.round(model.coef_[0] * 100), float(np.round(model.intercept_[0] * 100))


def left_out(table: str, data: Data) -> Vector:
    """Return the sum of every row by weights that have read nothing of its author's."""
    authors = sorted({row.author for row in data.rows})
    folds = np.array([authors.index(row.author) % FOLDS for row in data.rows])
    result = np.zeros(len(data.rows))
    for fold in range(FOLDS):
        weights, bias = fit(table, data, folds != fold)
        weights[np.abs(weights) < SMALLEST] = 0
        result[folds == fold] = (data.matrix[folds == fold] @ weights + bias) / 100
    return result


def by_draft(data: Data, sums: Vector, least: float) -> tuple[float, float]:
    """Return recall and precision over drafts that tell of a served person: does it say that there is a mark where a label says so?"""
    best: dict[str, float] = defaultdict(lambda: -99.0)
    truth: dict[str, bool] = defaultdict(bool)
    for row, total in zip(data.rows, sums, strict=True):
        if row.weight == 1:
            best[row.draft] = max(best[row.draft], float(total))
            truth[row.draft] |= row.truth
    found = {draft for draft, total in best.items() if total >= least}
    right = sum(truth[draft] for draft in found)
    return right / max(1, sum(truth.values())), right / max(1, len(found))


def lines_of(table: str, data: Data) -> list[str]:
    """Fit on everything and return the lines of a table: one section for each trait."""
    weights, bias = fit(table, data, np.ones(len(data.rows), dtype=bool))
    sections: dict[str, list[str]] = {"bias": [f"{bias:.0f}\t"]}
    for (name, value), weight in zip(data.traits, weights, strict=True):
        if abs(weight) >= SMALLEST and str(value).isprintable():
            sections.setdefault(name, []).append(f"{weight:.0f}\t{value}")
    return [line for name, lines in sections.items() for line in (f"={table}\t{name}", *lines)]


def main() -> None:
    """Cross-validate the served table, print its figures and write both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drafts", type=Path, nargs="+")
    parser.add_argument("--tweets", type=Path, nargs="+", required=True, help="training parts of Broad Twitter Corpus and WNUT-17")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--dry", action="store_true", help="measure only")
    args = parser.parse_args()
    rows: dict[str, list[Row]] = {"person": list(of_tweets(args.tweets)), "served": []}
    for table, row in of_drafts(args.drafts):
        rows[table].append(row)
    data = {table: arranged(rows[table], LEAST[table]) for table in rows}
    sums = left_out("served", data["served"])
    for least in (-1.5, -1.25, -1.0, -0.75, -0.5, -0.25, 0.0):
        recall, precision = by_draft(data["served"], sums, least)
        print(f"served, authors left out, from {least}: recall {recall:.3f}, precision {precision:.3f}")
    if not args.dry:
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted((*args.drafts, *args.tweets)))).hexdigest()
        head = [
            "# What traits of words count towards a person's name, and towards a mark of a served person, in hundredths of a logit.",
            "# Written by tools/fit_names.py: do not edit by hand. A line with = names the table and a trait; below it stand weights and values.",
            f"# Training: {digest}",
        ]
        text = "\n".join([*head, *(line for table in data for line in lines_of(table, data[table]))]) + "\n"
        args.out.write_text(text, encoding="utf-8")
        print(f"{len(text.encode())} bytes, {len(zlib.compress(text.encode(), 9))} packed")


if __name__ == "__main__":
    main()
