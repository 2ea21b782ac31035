"""Write docs/settings.md and docs/commands.md from the code: `python -m tools.write_settings_page`."""

from __future__ import annotations

from planner.__main__ import COMMANDS
from planner.settings import ROOT, SETTINGS

_SECOND_READER = """
## Second reader

A language model that reads a draft when somebody clicks *Read this draft* in the composer. It advises; it clears and stops nothing. Without
these settings there is none, and nothing is missing.

Any server with OpenAI's chat protocol does. Discreet sends `POST /v1/chat/completions` to `PLANNER_READER_URL` (with or without `/v1` at its end,
never the whole path): one system and one user message, temperature 0, no stream, and `Authorization: Bearer` when a key is set. Before, it asks
`GET /api/tags`, which Ollama answers with the model's digest and whether it runs in a cloud; others may answer 404. An answer has 20 seconds.

| server | start it | settings |
|---|---|---|
| [Ollama](https://ollama.com) | `ollama pull qwen3:8b`, then `ollama serve` (its app does that) | `PLANNER_READER_URL=http://127.0.0.1:11434` `PLANNER_READER_MODEL=qwen3:8b` (as `ollama list` shows it) |
| llama.cpp | `llama-server -m model.gguf --port 8080 --alias reader` | `PLANNER_READER_URL=http://127.0.0.1:8080` `PLANNER_READER_MODEL=reader` |
| LM Studio | Developer tab, load a model, *Start server* | `PLANNER_READER_URL=http://127.0.0.1:1234` `PLANNER_READER_MODEL=` the identifier that it shows |

Another machine is asked only when `PLANNER_READER_ELSEWHERE` says why, and only by `https://`: drafts and key would travel for all to read.
*Health* shows whether a second reader is set up and when it last answered.
"""


def settings_page() -> str:
    """Return the page of settings as Markdown."""
    rows = "\n".join(f"| `{item.name}` | {item.about} | {item.default} |" for item in SETTINGS)
    head = "# Settings\n\nEnvironment variables; a wrong or unknown one stops the start with a sentence that names it.\n\n"
    return f"{head}| name | what it sets | default |\n|---|---|---|\n{rows}\n{_SECOND_READER}"


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
