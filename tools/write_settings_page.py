"""Write docs/settings.md and docs/commands.md from the code: `python -m tools.write_settings_page`."""

from __future__ import annotations

from planner.__main__ import COMMANDS
from planner.settings import ROOT, SETTINGS


def settings_page() -> str:
    """Return the page of settings as Markdown."""
    rows = "\n".join(f"| `{item.name}` | {item.about} | {item.default} |" for item in SETTINGS)
    head = "# Settings\n\nEnvironment variables; a wrong or unknown one stops the start with a sentence that names it.\n\n"
    return f"{head}| name | what it sets | default |\n|---|---|---|\n{rows}\n"


def commands_page() -> str:
    """Return the page of commands as Markdown."""
    rows = "\n".join(f"| `{name}` | {about} |" for name, about in COMMANDS.items())
    head = "# Commands\n\n`python -m planner COMMAND`; each has `--help`, ends in a clear sentence and a right exit status.\n\n"
    return f"{head}| command | what it does |\n|---|---|\n{rows}\n"


def main() -> None:
    """Write both pages."""
    (ROOT / "docs/settings.md").write_text(settings_page(), encoding="utf-8")
    (ROOT / "docs/commands.md").write_text(commands_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
