"""Set up the virtual environment: `python3 tools/setup.py [--dev]`; safe to repeat, takes a second when nothing changed.

Written so that an old Python can still read it and say what is wrong.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = "installed.sha256"
NEEDED = (3, 11)


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def stop(text: str) -> None:
    """End with one plain sentence and status 1."""
    sys.exit("setup: " + text)


def check_python() -> None:
    """Stop when this Python is too old or cannot make virtual environments."""
    if sys.version_info < NEEDED:
        have = ".".join(str(part) for part in sys.version_info[:3])
        stop(f"Python 3.11 or newer is needed; this is {have}. Install a newer one, then run `make PYTHON=python3.12 run`.")


def make_venv() -> Path:
    """Create the virtual environment unless a usable one is there; return its Python."""
    python = VENV / "bin" / "python"
    if python.exists() and subprocess.run([str(python), "-c", "pass"], check=False).returncode == 0:
        return python
    say("Making the virtual environment .venv ...")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True)
    if made.returncode != 0:
        stop("Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv. Then run this again.")
    return python


def wanted(files: list[Path]) -> str:
    """Return the digest of what is to be installed."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def install(python: Path, files: list[Path]) -> None:
    """Install the pinned packages, with uv when present, with pip otherwise."""
    stamp, digest = VENV / STAMP, wanted(files)
    if stamp.exists() and digest in stamp.read_text().split():
        say("Everything is installed.")
        return
    uv = shutil.which("uv") or (str(VENV / "bin" / "uv") if (VENV / "bin" / "uv").exists() else None)
    names = ", ".join(file.name for file in files)
    say(f"Installing the packages of {names} with {'uv' if uv else 'pip'}; the first time this takes one to three minutes ...")
    listed = [part for file in files for part in ("-r", str(file))]
    if uv:
        command = [uv, "pip", "install", "--python", str(python), *listed]
    else:
        command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", *listed]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_quiet()) as running:
        lines = []
        for line in running.stdout or ():
            lines.append(line.rstrip())
            if (
                line.startswith(("Collecting", "Downloading", "Resolved", "Prepared", "Installed", "Installing", " + "))
                and len(lines) % 25 == 0
            ):
                say(f"  ... {time.monotonic() - began:.0f} s, {line.split()[1] if len(line.split()) > 1 else ''}")
    if running.returncode != 0:
        _explain(lines)
    known = stamp.read_text().split() if stamp.exists() else []
    stamp.write_text("\n".join([*known[-3:], digest]))
    say(f"Installed in {time.monotonic() - began:.0f} s.")


def _quiet() -> dict[str, str]:
    return {**os.environ, "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}


def _explain(lines: list[str]) -> None:
    text = "\n".join(lines[-15:])
    offline = any(
        word in text
        for word in ("Name or service not known", "Temporary failure", "ConnectionError", "dns error", "Connection refused", "timed out")
    )
    if offline:
        stop(
            "The package index could not be reached. Connect to the network (needed for the first set-up only) and run this again.\n"
            + lines[-1]
        )
    stop("The packages could not be installed. The last lines were:\n" + text)


def compile_ahead(python: Path) -> None:
    """Compile what has changed, so that no start has to: some systems forbid Python to keep what it compiles on the way."""
    subprocess.run([str(python), "-m", "compileall", "-q", "planner", "connectors"], check=False, cwd=ROOT)


def main(argv: list[str]) -> None:
    """Set everything up."""
    check_python()
    python = make_venv()
    team = os.environ.get("PLANNER_DATABASE_URL", "").startswith("postgresql")
    name = "requirements-dev.txt" if "--dev" in argv else "requirements-team.txt" if team else "requirements.txt"
    files = [ROOT / name]
    install(python, files)
    compile_ahead(python)


if __name__ == "__main__":
    main(sys.argv[1:])
