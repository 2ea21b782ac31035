"""pandas as the pages use it: without Arrow, which it loads whenever it is installed and which takes 36 MB for columns that we do not have."""

from __future__ import annotations

import sys


def _alone() -> None:
    """Load pandas while Arrow is not to be found; a program that has loaded Arrow already keeps both."""
    if "pyarrow" in sys.modules:
        return
    sys.modules["pyarrow"] = None  # type: ignore[assignment]  # what Python itself puts there for a module that cannot be imported
    try:
        import pandas  # noqa: F401, ICN001, PLC0415 - loading it now is all
    finally:
        del sys.modules["pyarrow"]


_alone()

import pandas as pd  # noqa: E402 - after the above

__all__ = ["pd"]
