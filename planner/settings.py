"""Every switch, read from the environment once; a wrong value stops the start loudly."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from planner.domain import model_address
from planner.domain.errors import SetupError
from planner.domain.sharing import Quota

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "PLANNER_"
NOT_OURS = ("PLANNER_TEST_", "PLANNER_SERVERS_DIR", "PLANNER_CONTRACTS_DIR")
"""Variables of the test suite; the product never reads them."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Setting:
    """One switch: its name, what it does, its default as shown to people."""

    name: str
    about: str
    default: str


SETTINGS: tuple[Setting, ...] = (
    Setting("PLANNER_DATA_DIR", "folder for the database, its backups and the key file", "data/ beside the code"),
    Setting("PLANNER_PORT", "port of the dashboard", "8501"),
    Setting("PLANNER_ADDRESS", "address that the dashboard listens on; without sign-in only the loopback address is accepted", "127.0.0.1"),
    Setting("PLANNER_PUBLIC_URL", "address that people open, for links in notices", "http://localhost:PORT"),
    Setting("PLANNER_DATABASE_URL", "SQLAlchemy address of the database", "SQLite in the data folder"),
    Setting("PLANNER_KEY", "key that encrypts tokens (44 characters, as Fernet makes it)", "a key file in the data folder"),
    Setting("PLANNER_KEY_FILE", "file that holds the key", "planner.key in the data folder"),
    Setting("PLANNER_RULES_DIR", "folder with the organization's own rule files", "none"),
    Setting("PLANNER_WORKSPACE", "name of the workspace, shown in the sidebar", "Discreet"),
    Setting("PLANNER_SMTP_URL", "mail server for notices: smtp://user:password@host:port", "no mail"),
    Setting("PLANNER_SMTP_URL_FILE", "file that holds PLANNER_SMTP_URL", "none"),
    Setting("PLANNER_NOTICE_FROM", "sender of notices", "discreet@localhost"),
    Setting("PLANNER_NOTICE_TO", "who gets notices by mail", "nobody"),
    Setting("PLANNER_WEBHOOK_URL", "address that gets notices by POST", "none"),
    Setting("PLANNER_WEBHOOK_URL_FILE", "file that holds PLANNER_WEBHOOK_URL", "none"),
    Setting(
        "PLANNER_READER_URL",
        "address of a language model's OpenAI-compatible server on this machine, for the second reader: http://127.0.0.1:11434",
        "no second reader",
    ),
    Setting("PLANNER_READER_MODEL", "name of the second reader's model, as its server lists it", "none; needed with PLANNER_READER_URL"),
    Setting("PLANNER_READER_KEY", "key that the model's server asks for", "none"),
    Setting("PLANNER_READER_KEY_FILE", "file that holds PLANNER_READER_KEY", "none"),
    Setting(
        "PLANNER_READER_ELSEWHERE",
        "why the second reader may run on another machine, by https:// only; shown with everything that it says",
        "it may not",
    ),
    Setting("PLANNER_WORKER_THREADS", "posts that the worker sends side by side", "4"),
    Setting(
        "PLANNER_SHARED_LIMITS",
        "posts that all accounts of a platform may make together: platform=posts/seconds, as in x=1500/86400 bluesky=300/300",
        "what each platform says in public",
    ),
    Setting("PLANNER_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", "INFO"),
    Setting("PLANNER_LOG_FORMAT", "text for people, json for programs: one object a line", "text"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What has been set. Secrets are left out of `repr`."""

    data_dir: Path
    port: int
    address: str
    public_url: str
    database_url: str = field(repr=False)
    key: str | None = field(repr=False)
    key_file: Path
    rules_dir: Path | None
    workspace: str
    smtp_url: str | None = field(repr=False)
    notice_from: str
    notice_to: str | None
    webhook_url: str | None = field(repr=False)
    worker_threads: int
    log_level: str
    log_format: str
    shared_limits: Mapping[str, Quota] = field(default_factory=dict)
    reader_url: str | None = None
    reader_model: str = ""
    reader_key: str | None = field(default=None, repr=False)
    reader_elsewhere: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; raise SetupError naming every wrong or unknown switch at once."""
        found = dict(os.environ if env is None else env)
        faults = _unknown(found)
        reader = _Reader(found, faults)
        data = Path(reader.text("PLANNER_DATA_DIR", str(ROOT / "data"))).expanduser().absolute()
        port = reader.number("PLANNER_PORT", 8501, 1, 65535)
        rules = reader.text("PLANNER_RULES_DIR", "")
        settings = cls(
            data_dir=data,
            port=port,
            address=reader.choice("PLANNER_ADDRESS", "127.0.0.1", LOOPBACK),
            public_url=reader.text("PLANNER_PUBLIC_URL", f"http://localhost:{port}").rstrip("/"),
            database_url=reader.text("PLANNER_DATABASE_URL", f"sqlite:///{data / 'planner.sqlite'}"),
            key=reader.text("PLANNER_KEY", "") or None,
            key_file=Path(reader.text("PLANNER_KEY_FILE", str(data / "planner.key"))).expanduser(),
            rules_dir=reader.folder("PLANNER_RULES_DIR", rules) if rules else None,
            workspace=reader.text("PLANNER_WORKSPACE", "Discreet"),
            smtp_url=reader.secret("PLANNER_SMTP_URL"),
            notice_from=reader.text("PLANNER_NOTICE_FROM", "discreet@localhost"),
            notice_to=reader.text("PLANNER_NOTICE_TO", "") or None,
            webhook_url=reader.secret("PLANNER_WEBHOOK_URL"),
            worker_threads=reader.number("PLANNER_WORKER_THREADS", 4, 1, 64),
            log_level=reader.choice("PLANNER_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
            log_format=reader.choice("PLANNER_LOG_FORMAT", "text", ("text", "json")),
            shared_limits=reader.quotas("PLANNER_SHARED_LIMITS"),
            reader_url=reader.text("PLANNER_READER_URL", "") or None,
            reader_model=reader.text("PLANNER_READER_MODEL", ""),
            reader_key=reader.secret("PLANNER_READER_KEY"),
            reader_elsewhere=reader.text("PLANNER_READER_ELSEWHERE", ""),
        )
        faults += _reader_faults(settings)
        if faults:
            raise SetupError("Wrong settings: " + " ".join(faults) + " Mend them and start again.")
        return settings


_QUOTA = re.compile(r"(?:^|(?<=[ ,]))(?P<platform>[a-z_]{1,30})=(?P<posts>[1-9]\d{0,8})/(?P<span>[1-9]\d{0,6})(?=[ ,]|$)")


class _Reader:
    """Reads values and collects what is wrong."""

    def __init__(self, env: Mapping[str, str], faults: list[str]) -> None:
        self._env = env
        self._faults = faults

    def text(self, name: str, default: str) -> str:
        return self._env.get(name, "").strip() or default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        raw = self.text(name, str(default))
        if not raw.isdecimal() or not low <= int(raw) <= high:
            self._faults.append(f"{name} is “{raw[:20]}”, but has to be a whole number from {low} to {high}.")
            return default
        return int(raw)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        raw = self.text(name, default)
        if raw not in allowed:
            self._faults.append(f"{name} is “{raw[:40]}”, but has to be one of {', '.join(allowed)}.")
            return default
        return raw

    def quotas(self, name: str) -> dict[str, Quota]:
        raw = self.text(name, "")
        found = {part["platform"]: Quota(int(part["posts"]), timedelta(seconds=int(part["span"]))) for part in _QUOTA.finditer(raw)}
        if _QUOTA.sub("", raw).strip(" ,"):
            self._faults.append(
                f"{name} is “{raw[:60]}”, but has to look like x=1500/86400 bluesky=300/300 (posts/seconds, both at least 1)."
            )
        return found

    def folder(self, name: str, raw: str) -> Path:
        path = Path(raw).expanduser()
        if not path.is_dir():
            self._faults.append(f"{name} names {path}, which is no folder.")
        return path

    def secret(self, name: str) -> str | None:
        file = self.text(f"{name}_FILE", "")
        if not file:
            return self.text(name, "") or None
        return self._read(name, Path(file).expanduser(), lambda text: text.strip() or None)

    def _read(self, name: str, path: Path, then: Callable[[str], str | None]) -> str | None:
        try:
            return then(path.read_text(encoding="utf-8"))
        except OSError:
            self._faults.append(f"{name}_FILE names {path}, which cannot be read.")
            return None


def _unknown(env: Mapping[str, str]) -> list[str]:
    known = {setting.name for setting in SETTINGS}
    strange = sorted(name for name in env if name.startswith(PREFIX) and name not in known and not name.startswith(NOT_OURS))
    return [f"{name} is not a setting of this product." for name in strange]


def _reader_faults(settings: Settings) -> list[str]:
    """Return what is wrong with the second reader's settings, one sentence each."""
    url, told = settings.reader_url, {"MODEL": settings.reader_model, "KEY": settings.reader_key, "ELSEWHERE": settings.reader_elsewhere}
    if not url:
        return [f"PLANNER_READER_{name} is set without PLANNER_READER_URL, so no second reader is asked." for name in told if told[name]]
    missing = (
        [] if settings.reader_model else ["PLANNER_READER_URL is set without PLANNER_READER_MODEL. There is no default model: name one."]
    )
    return [*missing, *filter(None, [model_address.fault(url, elsewhere=bool(settings.reader_elsewhere))])]
