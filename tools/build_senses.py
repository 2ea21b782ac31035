"""Build `content_bank/lexicons/senses.txt`: the WordNet field and the form of every word of english.txt: python -m tools.build_senses FOLDER."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

LEXICONS = Path(__file__).resolve().parents[1] / "content_bank" / "lexicons"
PARTS = {"noun": "1", "verb": "2", "adj": "3", "adv": "4"}
NUMBERS = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}
UNKNOWN = ".."
_FIRST = ord("A")  # field 0 of WordNet's lexicographer files is written A, field 44 is m
_PAST, _TAGGED = 0.8, 2  # a form in -ed or -ing is read as a verb unless the noun is much more common
_LEAST_ED, _LEAST_ING, _LEAST_S = 4, 5, 3


class WordNet:
    """The parts of a WordNet database folder (Debian's wordnet-base) that tell the commonest field of a word."""

    def __init__(self, folder: Path) -> None:
        """Read index, data, exception and count files."""
        self.first: dict[str, dict[str, int]] = defaultdict(dict)
        self.bases: dict[str, dict[str, list[str]]] = {part: defaultdict(list) for part in PARTS}
        self.counts: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        for part in PARTS:
            self._part(folder, part)
        for line in (folder / "cntlist.rev").read_text(encoding="ascii").splitlines():
            key, _, count = line.split()
            lemma, rest = key.split("%")
            number, field = rest.split(":")[:2]
            self.counts[lemma, NUMBERS[number]][int(field)] += int(count)

    def _part(self, folder: Path, part: str) -> None:
        fields = {}
        for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
            if not line.startswith(" "):
                offset, field, _ = line.split(" ", 2)
                fields[offset] = int(field)
        for line in (folder / f"index.{part}").read_text(encoding="latin-1").splitlines():
            cells = line.split()
            if not line.startswith(" ") and "_" not in cells[0]:
                self.first[cells[0]][part] = fields[cells[6 + int(cells[3])]]
        if (folder / f"{part}.exc").exists():
            for line in (folder / f"{part}.exc").read_text(encoding="ascii").splitlines():
                form, *lemmas = line.split()
                self.bases[part][form] += lemmas

    def readings(self, word: str) -> list[tuple[str, str, str]]:
        """Return every (lemma, part, form) that `word` can be: form 0 as it stands, s plural or third person, d past, g in -ing."""
        found = [(word, part, "0") for part in self.first.get(word, {})]
        for part, plain in (("noun", "s"), ("verb", "d")):
            found += [(lemma, part, "g" if word.endswith("ing") else plain) for lemma in self.bases[part].get(word, ())]
        found += [(lemma, part, "s") for lemma in _without_s(word) for part in ("noun", "verb")]
        found += [(lemma, "verb", form) for lemma, form in _verbs(word)]
        return [one for one in found if one[1] in self.first.get(one[0], {})]

    def sense(self, word: str) -> str:
        """Return two letters for the commonest reading of `word`: its field and its form."""
        best: tuple[tuple[float, bool], int, str] | None = None
        for lemma, part, form in self.readings(word):
            by_field = self.counts.get((lemma, part), Counter())
            weight = sum(by_field.values()) * (_PAST if form in "dg" else 1) + (_TAGGED if form in "dg" else 0)
            field = max(by_field, key=lambda one: by_field[one]) if by_field else self.first[lemma][part]
            rank = (weight, part == "noun")
            if best is None or rank > best[0]:
                best = (rank, field, form)
        return UNKNOWN if best is None else f"{chr(_FIRST + best[1])}{best[2]}"


def _without_s(word: str) -> list[str]:
    if not word.endswith("s") or len(word) <= _LEAST_S:
        return []
    return [word[:-1], *([word[:-2]] if word.endswith("es") else []), *([f"{word[:-3]}y"] if word.endswith("ies") else [])]


def _verbs(word: str) -> list[tuple[str, str]]:
    found = []
    if word.endswith("ed") and len(word) > _LEAST_ED:
        found = [(word[:-1], "d"), (word[:-2], "d")]
        found += [(word[:-3], "d")] if word[-3] == word[-4] else []
        found += [(f"{word[:-3]}y", "d")] if word.endswith("ied") else []
    if word.endswith("ing") and len(word) > _LEAST_ING:
        found = [(word[:-3], "g"), (f"{word[:-3]}e", "g")]
        found += [(word[:-4], "g")] if word[-4] == word[-5] else []
    return found


def main(folder: Path) -> None:
    """Write one line of two letters for every line of english.txt; the folder is /usr/share/wordnet of Debian's wordnet-base."""
    known = WordNet(folder)
    senses = [known.sense(word) for word in (LEXICONS / "english.txt").read_text(encoding="utf-8").split()]
    out = LEXICONS / "senses.txt"
    out.write_text("\n".join(senses) + "\n", encoding="utf-8")
    print(f"{len(senses) - senses.count(UNKNOWN)} of {len(senses)} words, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
