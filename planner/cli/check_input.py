"""Where `check` reads drafts, profiles and days from; what cannot be used becomes one sentence."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.checklist import circumstances, trial, wire

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from planner.checklist.report import Draft, Profile
    from planner.checklist.rule import Rule
    from planner.checklist.rules import Packs

_MOST_BYTES = 400_000
_TOLD = ("author", "kind", "platform", "country", "org_type")
_JSON_NAMES = (".json", ".jsonl", ".ndjson")


class Unreadable(Exception):
    """A file, line or argument that cannot be used; the message is one sentence for the person at the keyboard."""


def drafts(args: argparse.Namespace, today: date | None) -> Iterator[tuple[str, Draft | Unreadable, date | None]]:
    """Yield every draft with where it stands and the day to judge its dates by; a line that is none comes as what is wrong with it.

    Raises:
        Unreadable: a whole file or an argument cannot be used.
    """
    for key in _TOLD:
        _circumstance(key, getattr(args, key))
    if args.format == "text":
        for name in args.files or ["-"]:
            yield _shown(name), _prose(name, args), today
        return
    for where, line in _numbered(args.files):
        try:
            yield where, *_parsed(line, args, today)
        except Unreadable as error:
            yield where, error, today


def profile(path: Path | None, packs: Packs) -> Profile | None:
    """Return the account's profile from a JSON file.

    Raises:
        Unreadable: there is no such file, it is no JSON, or it names what nobody knows.
    """
    if path is None:
        return None
    try:
        return wire.profile_from(json.loads(_content(str(path), limit=None).decode("utf-8")), {rule.id for rule in packs.rules})
    except wire.Malformed as error:
        raise Unreadable(f"{path}: {error}") from None
    except ValueError:
        raise Unreadable(f"{path} is no JSON; see content_bank/README.md for an example") from None


def rules(name: str | None, packs: Packs) -> list[Rule]:
    """Return the entries that `--rule` names: one by id and variant, or all of an id; raise Unreadable for what is none."""
    if name is None:
        return []
    found = [rule for rule in packs.rules if name in {rule.id, trial.name_of(rule)}]
    if not found:
        listed = {told for rule in packs.rules for told in (rule.id, trial.name_of(rule))}
        raise Unreadable(f"--rule {name!r} is none we know{circumstances.meant(name, listed)}; docs/rules.md lists them all")
    return found


def day(word: str | None) -> date | None:
    """Return the day of `--today`; raise Unreadable for what is none."""
    try:
        return None if word is None else date.fromisoformat(word)
    except ValueError:
        raise Unreadable(f"--today {word!r} is no day; write it as 2026-11-21") from None


def _circumstance(key: str, word: str | None) -> None:
    """Refuse an argument by its own name, before any text is read."""
    try:
        wire.draft_from({"id": "", "text": "", key: word})
    except wire.Malformed as error:
        raise Unreadable(str(error).replace(f"`{key}`", f"--{key.replace('_', '-')}", 1)) from None


def _shown(name: str) -> str:
    return "standard input" if name == "-" else name


def _prose(name: str, args: argparse.Namespace) -> Draft:
    content = sys.stdin.buffer.read(_MOST_BYTES + 1) if name == "-" else _content(name, limit=_MOST_BYTES)
    shown = _shown(name)
    if len(content) > _MOST_BYTES:
        raise Unreadable(f"{shown} is longer than {_MOST_BYTES // 1000} kB, which is more than a post; check a part of it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f"{shown} is no UTF-8 text; save it as UTF-8 and try again") from None
    if _is_json(name, text):
        raise Unreadable(f"{shown} holds drafts as JSON and no prose; add --format jsonl")
    told = {"id": shown, "text": text, **_told(args)}
    return _of_kind(wire.draft_from(told), args)


def _is_json(name: str, text: str) -> bool:
    """Tell whether a file is meant for programs: by its name, or because its first line is a draft as JSON."""
    if name.lower().endswith(_JSON_NAMES):
        return True
    if not text.lstrip().startswith(("{", "[{")):
        return False
    for part in (text, text.strip().partition("\n")[0]):
        try:
            data = json.loads(part)
        except (ValueError, RecursionError):
            continue
        return "text" in (data[0] if isinstance(data, list) else data)
    return False


def _told(args: argparse.Namespace) -> dict[str, Any]:
    return {key: getattr(args, key) for key in _TOLD if getattr(args, key)}


def _of_kind(draft: Draft, args: argparse.Namespace) -> Draft:
    """Return the draft with its kind: as told, else as its opening shows."""
    return draft if args.kind else wire.with_inferred_kind(draft)


def _parsed(line: bytes, args: argparse.Namespace, today: date | None) -> tuple[Draft, date | None]:
    if len(line) > _MOST_BYTES:
        raise Unreadable(f"{len(line) // 1000} kB are more than a post; the limit is {_MOST_BYTES // 1000} kB")
    try:
        data = json.loads(line.decode("utf-8"))
        if isinstance(data, dict):
            data |= {key: word for key, word in _told(args).items() if not data.get(key)}
        draft = wire.draft_from(data)
        return _of_kind(draft, args), wire.day_of(data) or today
    except UnicodeDecodeError:
        raise Unreadable("it is no UTF-8") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    except wire.Malformed as error:
        raise Unreadable(str(error)) from None
    except ValueError:
        raise Unreadable("it is no JSON") from None


def _numbered(files: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in files or ["-"]:
        source: Any = sys.stdin.buffer if name == "-" else _lines(_content(name, limit=None))
        for number, line in enumerate(source, 1):
            if line.strip():
                yield f"line {number}" if name == "-" else f"{name}, line {number}", line


def _lines(content: bytes) -> list[bytes]:
    """Return the lines of a file; a file that is one draft or one list of drafts as a whole counts as so many lines."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        return content.splitlines()
    return [json.dumps(one).encode() for one in (whole if isinstance(whole, list) else [whole])]


def _content(name: str, *, limit: int | None) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read() if limit is None else file.read(limit + 1)
    except OSError as error:
        raise Unreadable(f"{name} cannot be read ({error.strerror or 'unknown reason'}); check the name and its permissions") from None
