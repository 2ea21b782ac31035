"""Write docs/connectors.md from the connectors' own files: `python -m tools.write_connectors_page`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors import petitions, registry
from planner.settings import ROOT

if TYPE_CHECKING:
    from connectors.registry import PlatformInfo

_HEAD = """# Connectors

What each platform can do here, and what it was tested against. *tested*: against a real server. *beta*: against a\nstand-in or a written contract only, never against the live service; off until you switch it on, and one click from posting by hand. *hand*: a card at its time, posted by a person.
Nothing here was run against a live account by us; `python -m planner account connect` tests yours by a harmless read.

"""

_PETITIONS = """
## Petitions (counts only, read only)

The worker reads at most every 15 minutes and never who signed. Where a site does not say a count it stays missing; a failed look keeps the
last count with its time. Any other petition (Change.org) is typed in or comes as a table: `petition,count,as_of[,source_url]`.

| source | grade | key | tested against | not tested |
|---|---|---|---|---|
"""

_TAIL = """
## Add a connector

1. One folder `connectors/<platform>/` with `facts.toml` (limits, link templates, what an account is asked for), `setup.md` (shown when somebody
   connects an account) and `quality.toml` (its grade). With these alone the platform works by hand.
2. For the API: a module with `preview(facts)` and `connect(facts, tokens, clock, timeouts)` that fulfils `connectors/base.Connector` and raises
   only what `connectors/errors.py` draws. No retry of its own, no redirect, every call bounded. A sign-in through the browser is a table
   `[sign_in]` in `facts.toml`; where it names what a person `chooses`, `offers.py` lists the pages or boards that a fresh login reaches.
3. One line in `connectors/registry.py`.
4. One subclass of `tests/contract/connector_contract.py` with a rig around a real server.
5. `make rules` writes this page anew.

`make connectors-table` runs the contract suite and prints what ran for each connector, against which server, and what does not apply. A case
that does not apply follows from what the platform can do; it then ends after it has checked that the composer refuses the same.
"""


def page() -> str:
    """Return the page as Markdown."""
    rows = "\n".join(_row(info) for info in registry.platforms())
    table = (
        f"| platform | mode | grade | length | images | thread | alt text | tested against |\n|---|---|---|---|---|---|---|---|\n{rows}\n"
    )
    details = "\n".join(f"- **{info.title}**: not tested: {info.not_tested}" for info in registry.platforms() if info.not_tested)
    return f"{_HEAD}{table}\n## What nobody has tried\n\n{details}\n{_PETITIONS}{_sources()}\n{_TAIL}"


def _sources() -> str:
    known = [petitions.info(name) for name in petitions.names()]
    return "\n".join(
        f"| {one.title} | {one.grade} | {'yes' if one.needs_key else 'no'} | {one.tested_against} | {one.not_tested} |" for one in known
    )


def _row(info: PlatformInfo) -> str:
    can = info.capabilities
    length = f"{can.length.limit} {can.length.unit}" + (f", a link counts {can.length.url_weight}" if can.length.url_weight else "")
    images = f"{can.media.max_items}, {can.media.max_bytes / 1e6:g} MB" if can.media.max_items else "none"
    alt = f"up to {can.media.alt_limit}" if can.media.alt_limit else "yes"
    thread = "yes" if can.thread else "no"
    tested = info.tested_against or "-"
    return f"| {info.title} | {info.mode} | {info.grade} | {length} | {images} | {thread} | {alt} | {tested} |"


def main() -> None:
    """Write the page."""
    (ROOT / "docs/connectors.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
