"""Fit the word score of the packs: python -m tools.fit_wording LABELLED.jsonl ... [--negatives TEXTS.jsonl ...].

Labelled drafts as for `tools.evaluate`, one file per author; negatives are texts that carry none of the rules. The rules' own examples
are learnt as well. Writes `content_bank/reads_like.tsv` and prints, per target, labelled drafts, threshold, and recall and precision on
the drafts of authors whom the fit had not seen. A target `rule/harm` holds the drafts that the rule alone must block. Needs
scikit-learn, which nothing else here does. Afterwards thresholds are raised by hand in the first line until every benign example of the
packs passes; 2.0 switches a target off.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from planner.checklist.bank import BANK
from planner.checklist.rules import load
from planner.checklist.text import views
from planner.checklist.wording import features, plain

OUT = BANK / "reads_like.tsv"
RULES = (
    "advocacy.electioneering",
    "advocacy.too-many-asks",
    "advocacy.vague-ask",
    "boundaries.oversharing",
    "boundaries.private-contact",
    "boundaries.private-contact/harm",
    "boundaries.testimonial",
    "boundaries.testimonial/harm",
    "claims.armchair-diagnosis",
    "claims.individual-advice",
    "claims.individual-advice/harm",
    "claims.misinformation",
    "claims.misinformation/harm",
    "claims.outcome-guarantee",
    "safety.missing-crisis-resource",
    "safety.suicide-messaging",
    "safety.suicide-messaging/harm",
    "tone.hostile",
    "tone.sensational",
)
_HARM = "/harm"
_LEAST_WORDS, _LEAST_PAIRS = 2, 4
_SMALL = 0.15
_PRECISION, _PRECISION_OF_HARM = 0.8, 0.85
_FLOOR, _CEILING = 0.09, 0.6
_LEAST_RECALL = 0.05
NEVER = 2.0
_STRENGTH = 20.0


def main() -> None:
    """Read, fit, choose thresholds on unseen folds, write."""
    parser = argparse.ArgumentParser(description="Fit the word score of the packs.")
    parser.add_argument("labelled", nargs="+", type=Path)
    parser.add_argument("--negatives", nargs="*", type=Path, default=[])
    args = parser.parse_args()
    rows = [{**row, "by": path.name} for path in args.labelled for row in _read([path])]
    rows += [{**row, "findings": [], "verdict": "pass", "by": ""} for row in _read(args.negatives)] + _examples()
    by = np.array([row["by"] for row in rows])
    found = [features(plain(views(row["text"]).masked.text)) for row in rows]
    names, rarity = _vocabulary(found)
    matrix = _matrix(found, names, rarity)
    offsets, thresholds, table = [], [], {name: {} for name in names}  # type: ignore[var-annotated]  # index -> weight
    flagged = np.zeros(len(rows), dtype=bool)
    for index, rule in enumerate(RULES):
        label = np.array([_carries(row, rule) for row in rows])
        right = np.array([row["verdict"] == "block" for row in rows]) if rule.endswith(_HARM) else label
        model = _model().fit(matrix, label)
        threshold, fired = _threshold(matrix, label, right, by, rule)
        thresholds.append(threshold)
        flagged |= fired & (threshold < NEVER)
        offsets.append(round(float(model.intercept_[0]), 3))
        for name, weight in zip(names, model.coef_[0], strict=True):
            if abs(weight) >= _SMALL:
                table[name][index] = round(float(weight) * 10)
    digest = hashlib.sha256(json.dumps([row["text"] for row in rows]).encode()).hexdigest()[:16]
    head = {"rules": RULES, "offsets": offsets, "thresholds": thresholds, "drafts": len(rows), "training": digest}
    lines = [json.dumps(head)]
    for name, rare in zip(names, rarity, strict=True):
        lines.append("\t".join((name, str(round(rare * 100)), *(f"{index}:{weight}" for index, weight in table[name].items()))))
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    passing = np.array([row["verdict"] == "pass" for row in rows])
    for author in sorted({name for name in by if name}):
        print(
            f"{author}: of the drafts labelled pass, {flagged[passing & (by == author)].mean():.3f} flagged by a fit that had not seen them"
        )
    print(f"{len(rows)} texts, {len(lines) - 1} features, {OUT.stat().st_size} bytes")


def _read(paths: list[Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _examples() -> list[dict[str, Any]]:
    """Return the examples of the packs as drafts: each carries its own rule, or none."""
    rows = []
    for rule in load().rules:
        harmful = "block" if rule.level == "block" else "revise"
        rows += [{"text": one.text, "findings": [{"rule": rule.id}], "verdict": harmful, "by": ""} for one in rule.flags]
        rows += [{"text": one.text, "findings": [], "verdict": "pass", "by": ""} for one in rule.passes]
    return rows


def _carries(row: dict[str, Any], rule: str) -> bool:
    named = any(one["rule"] == rule.removesuffix(_HARM) for one in row["findings"])
    return named and (row["verdict"] == "block" or not rule.endswith(_HARM))


def _vocabulary(found: list[set[str]]) -> tuple[list[str], list[float]]:
    """Return the words and pairs that stand in enough texts, and how rare each is."""
    counts: dict[str, int] = {}
    for one in found:
        for name in one:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= (_LEAST_PAIRS if " " in name else _LEAST_WORDS))
    return names, [float(np.log((1 + len(found)) / (1 + counts[name])) + 1) for name in names]


def _matrix(found: list[set[str]], names: list[str], rarity: list[float]) -> Any:  # noqa: ANN401 - a sparse matrix
    place = {name: index for index, name in enumerate(names)}
    data: list[float] = []
    rows: list[int] = []
    columns: list[int] = []
    for row, one in enumerate(found):
        known = sorted(place[name] for name in one if name in place)
        length = float(np.sqrt(sum(rarity[column] ** 2 for column in known))) or 1.0
        data += [rarity[column] / length for column in known]
        rows += [row] * len(known)
        columns += known
    return csr_matrix((data, (rows, columns)), shape=(len(found), len(names)))


def _model() -> LogisticRegression:
    return LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=400, solver="liblinear", random_state=7)


def _threshold(matrix: Any, label: Any, right: Any, by: Any, rule: str) -> tuple[float, Any]:  # noqa: ANN401 - numpy
    """Return the lowest threshold that keeps the precision on unseen authors, and where it fires there; print what it finds."""
    chance = np.zeros(len(label))
    for author in sorted({name for name in by if name}):
        test = by == author
        chance[test] = _model().fit(matrix[~test], label[~test]).predict_proba(matrix[test])[:, 1]
    labelled = label & (by != "")
    wanted = _PRECISION_OF_HARM if rule.endswith(_HARM) else _PRECISION
    best = _CEILING
    for threshold in np.arange(_CEILING, _FLOOR, -0.01):
        fired = chance >= threshold
        if fired.sum() and (right & fired).sum() / fired.sum() >= wanted:
            best = float(threshold)
    fired = chance >= best
    recall, precision = (labelled & fired).sum() / labelled.sum(), (right & fired).sum() / max(1, fired.sum())
    print(f"{rule:36} {labelled.sum():4} threshold {best:.2f} recall {recall:.2f} precision {precision:.2f}")
    return (round(best, 2) if recall >= _LEAST_RECALL else NEVER), fired


if __name__ == "__main__":
    main()
