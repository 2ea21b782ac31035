"""Cut the name lists of the content bank from the 1990 US Census name files (public domain) and a hand-kept list that widens them."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def names_in(path: Path, least: int) -> list[str]:
    """Return the names of one Census file down to rank `least`, lower-cased."""
    return [line.split()[0].lower() for line in path.read_text(encoding="ascii").splitlines()[:least]]


def common_words(texts: list[str], names: set[str], least: int) -> list[str]:
    """Return names that also stand in lower case, `least` times or more, inside sentences of the given texts."""
    seen = Counter(word for text in texts for word in _WORD.findall(text) if word.islower() and word in names)
    return sorted(word for word, times in seen.items() if times >= least)


def main() -> None:
    """Write `first_names.txt`, `surnames.txt` and `name_words.txt` below `--out`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--census", type=Path, required=True, help="folder with dist.all.last, dist.female.first, dist.male.first")
    parser.add_argument("--wider", type=Path, default=Path("content_bank/lexicons/names_wider.txt"))
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="plain text files that show which names are also common words")
    parser.add_argument("--out", type=Path, default=Path("content_bank/lexicons"))
    parser.add_argument("--surnames", type=int, default=45_000)
    args = parser.parse_args()
    wider = [line.strip() for line in args.wider.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    wider_first = {word for line in wider if line.startswith("first:") for word in line[6:].split()}
    wider_last = {word for line in wider if line.startswith("last:") for word in line[5:].split()}
    first = {*names_in(args.census / "dist.female.first", 5000), *names_in(args.census / "dist.male.first", 2000), *wider_first}
    last = {*names_in(args.census / "dist.all.last", args.surnames), *wider_last}
    texts = [path.read_text(encoding="utf-8") for path in args.texts]
    words = common_words(texts, first | last, 2)
    for name, content in (("first_names", sorted(first)), ("surnames", sorted(last)), ("name_words", words)):
        (args.out / f"{name}.txt").write_text("\n".join(content) + "\n", encoding="utf-8")
        print(f"{name}: {len(content)}")


if __name__ == "__main__":
    main()
