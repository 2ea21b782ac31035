"""Rows of a table or list that are to become drafts: which column means what, what is wrong with a row, and which row it is."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "text": ("The words of the post", ("text", "post", "body", "content", "message", "caption")),
    "title": ("Title", ("title", "headline")),
    "account": ("Account: its handle or name; several with ;", ("account", "accounts", "channel", "profile", "handle")),
    "key": ("The row's own key, so that it is taken in once", ("key", "id", "post id", "row")),
    "link": ("Link", ("link", "url", "address")),
    "purpose": ("Purpose: educate, thank, story, ask", ("purpose", "goal")),
    "type": ("Type: plain, statistic, quote, resource, event, petition, long-form", ("type", "kind")),
    "labels": ("Labels, separated by blanks or ;", ("labels", "label", "tags")),
    "campaign": ("Campaign", ("campaign",)),
    "planned": ("Planned for, as a note", ("planned", "date", "time", "when", "scheduled", "publish at", "local time")),
    "source": ("Source of its claim", ("source", "citation")),
    "source_tier": ("Kind of source: journal, government, organization, news, other", ("source kind", "source_tier", "tier")),
    "source_date": ("The source's own date", ("source date", "source_date")),
}
"""What a column can mean: words for people, and names under which it is recognized."""

MOST_ROWS = 2_000
MOST_CHARACTERS = 5_000_000
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read: the names of its columns, and its rows as column -> words."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]


def read(text: str) -> Sheet:
    """Return the table of a CSV or JSON text (told apart by its first sign); raise Invalid saying what is wrong and where."""
    words = text.lstrip("\ufeff \r\n\t")
    if not words:
        raise Invalid("file", "The file is empty. Choose one with a header line and at least one row.")
    if len(words) > MOST_CHARACTERS:
        raise Invalid("file", f"The file has {len(words):,} characters; {MOST_CHARACTERS:,} is the most. Split it in parts.")
    sheet = _json(words) if words[0] in "[{" else _csv(text.lstrip("\ufeff"))
    if not sheet.rows:
        raise Invalid("file", "There is a header and no row. Add a row for each post.")
    if len(sheet.rows) > MOST_ROWS:
        raise Invalid("file", f"The file has {len(sheet.rows):,} rows; {MOST_ROWS:,} is the most. Split it in parts.")
    return sheet


def _csv(text: str) -> Sheet:
    first = text.split("\n", 1)[0]
    sign = max(",;\t", key=first.count)
    try:
        lines = [
            line for line in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True) if any(cell.strip() for cell in line)
        ]
    except csv.Error as error:
        raise Invalid("file", f"The file is no CSV ({error}). Save it as CSV with quotation marks around texts.") from None
    columns = tuple(cell.strip() for cell in lines[0]) if lines else ()
    _check_columns(columns)
    for number, line in enumerate(lines[1:], 2):
        if len(line) > len(columns):
            raise Invalid(
                "file", f"Line {number} has {len(line)} cells, the header has {len(columns)}. Put texts with commas in quotation marks."
            )
    rows = tuple({name: taken_off(cell) for name, cell in zip(columns, line, strict=False)} for line in lines[1:])
    return Sheet(columns, rows)


def _json(text: str) -> Sheet:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("file", "The file is no JSON. It has to be a list of objects, one a post.") from None
    listed = told.get("posts") if isinstance(told, dict) else told
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise Invalid("file", "The JSON has to be a list of objects, one a post.")
    columns = tuple(dict.fromkeys(str(name) for row in listed for name in row))
    _check_columns(columns)
    return Sheet(columns, tuple({str(name): _words(value) for name, value in row.items()} for row in listed))


def _words(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(_words(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _check_columns(columns: tuple[str, ...]) -> None:
    if len(set(columns)) < len(columns) or "" in columns:
        raise Invalid("file", "Each column needs a name of its own in the header line.")


def taken_off(cell: str) -> str:
    """Return a cell without the apostrophe that an export puts before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_RISKY) else cell


def guessed(columns: Sequence[str]) -> dict[str, str]:
    """Return field -> column for the columns whose names speak for themselves, each column once."""
    plain = {" ".join(name.casefold().replace("_", " ").split()): name for name in columns}
    found: dict[str, str] = {}
    for field, (_, names) in FIELDS.items():
        column = next((plain[one] for name in names if (one := name.replace("_", " ")) in plain and plain[one] not in found.values()), None)
        if column is not None:
            found[field] = column
    return found


def row_key(values: Mapping[str, str]) -> str:
    """Return what a row is known by: its own key, else a digest of all that it says."""
    own = values.get("key", "").strip()
    return own or hashlib.sha256(json.dumps(dict(values), sort_keys=True).encode()).hexdigest()[:32]
