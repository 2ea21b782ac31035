"""Run inside build/peers/: reads drafts on standard input, writes what each installed tool marks, one JSON object a line.

Presidio works without a language model here and proselint at its default; a tool that is not installed is left out.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Spans = list[tuple[int, int]]
_SCORE = 0.35


def presidio() -> Callable[[str], Spans]:
    """Return Presidio's analyzer with its pattern recognizers and no model."""
    import tldextract  # noqa: PLC0415 - only in this environment
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NoOpNlpEngine  # noqa: PLC0415

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
    engine: Any = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    engine.load()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    analyzer = AnalyzerEngine(nlp_engine=engine, registry=registry, supported_languages=["en"])
    return lambda text: [(hit.start, hit.end) for hit in analyzer.analyze(text, language="en", score_threshold=_SCORE)]


def proselint() -> Callable[[str], Spans]:
    """Return proselint with all its checks."""
    from proselint.checks import __register__  # noqa: PLC0415 - only in this environment
    from proselint.registry import CheckRegistry  # noqa: PLC0415
    from proselint.tools import LintFile  # noqa: PLC0415

    CheckRegistry().register_many(__register__)
    return lambda text: [hit.check_result.span for hit in LintFile(content=text, source="draft").lint()]


def main() -> None:
    """Answer every draft with every tool that is here."""
    tools: dict[str, Callable[[str], Spans]] = {}
    for make in (presidio, proselint):
        with contextlib.suppress(ImportError):
            tools[make.__name__] = make()
    for line in sys.stdin:
        row = json.loads(line)
        print(json.dumps({"id": row["id"], **{name: tool(row["text"]) for name, tool in tools.items()}}), flush=True)


if __name__ == "__main__":
    main()
