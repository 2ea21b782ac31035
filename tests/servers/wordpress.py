"""A real WordPress 6.5.5 on SQLite, served by PHP's own web server, new for every start."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from tests.servers import installed
from tests.servers.process import free_port, start, tail

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HERE = Path(__file__).parent
_PLUGIN = "sqlite-database-integration"
_OPTIONS = ("-d", "sendmail_path=/bin/true", "-d", "display_errors=stderr")


@dataclass(frozen=True, slots=True)
class WordPress:
    """A running site and the application password of each of its users: admin, author, contributor."""

    url: str
    passwords: Mapping[str, str] = field(repr=False)
    log: Path

    def call(self, method: str, path: str, *, user: str | None = "admin", **options: Any) -> requests.Response:
        """Call the REST API (`path` below wp/v2) as a user, or as a guest; raise for anything but 2xx."""
        auth = (user, self.passwords[user]) if user else None
        answer = requests.request(method, f"{self.url}/wp-json/wp/v2/{path}", auth=auth, timeout=20, **options)
        if not answer.ok:
            raise requests.HTTPError(f"{path}: {answer.status_code} {answer.text}\n{tail(self.log, 500)}", response=answer)
        return answer

    def posts(self, **query: Any) -> list[dict[str, Any]]:
        """Return all posts that were not thrown away, newest first, with their raw texts."""
        asked = {"status": "publish,future,draft,pending,private", "context": "edit", "per_page": 100, **query}
        return list(self.call("GET", "posts", params=asked).json())

    def post(self, number: str | int) -> dict[str, Any]:
        """Return one post, thrown away or not; HTTPError 404 when it is not there."""
        return dict(self.call("GET", f"posts/{number}", params={"context": "edit"}).json())

    def media(self) -> list[dict[str, Any]]:
        """Return all uploaded files."""
        return list(self.call("GET", "media", params={"context": "edit", "per_page": 100}).json())

    def comment(self, post: str | int, text: str) -> dict[str, Any]:
        """Comment on a post as the administrator, approved at once."""
        return dict(self.call("POST", "comments", json={"post": int(post), "content": text}).json())

    def clear(self) -> None:
        """Delete every post and file for good."""
        for kind, status in (("posts", "publish,future,draft,pending,private,trash"), ("media", "inherit,trash")):
            while found := self.call("GET", kind, params={"status": status, "per_page": 100, "context": "edit"}).json():
                for item in found:
                    self.call("DELETE", f"{kind}/{item['id']}", params={"force": "true"})


def _build(source: Path, site: Path) -> None:
    shutil.copytree(source / "site", site, copy_function=_link)
    plugin = site / "wp-content" / "mu-plugins" / _PLUGIN
    shutil.copytree(source / "sqlite" / f"{_PLUGIN}-main", plugin, copy_function=_link)
    drop_in = (plugin / "db.copy").read_text(encoding="utf-8")
    drop_in = drop_in.replace("{SQLITE_IMPLEMENTATION_FOLDER_PATH}", str(plugin)).replace("{SQLITE_PLUGIN}", f"{_PLUGIN}/load.php")
    (site / "wp-content" / "db.php").write_text(drop_in, encoding="utf-8")
    (site / "wp-config.php").unlink()
    shutil.copyfile(_HERE / "wordpress_config.php", site / "wp-config.php")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copyfile(source, target)


def _given(tmp: Path) -> WordPress | None:
    url = os.environ.get("PLANNER_TEST_WORDPRESS_URL")
    if not url:
        return None
    user, password = os.environ["PLANNER_TEST_WORDPRESS_USER"], os.environ["PLANNER_TEST_WORDPRESS_PASSWORD"]
    return WordPress(url.rstrip("/"), {user: password}, tmp / "none.log")


@contextlib.contextmanager
def wordpress(tmp: Path, *, zone: str = "America/New_York") -> Iterator[WordPress]:
    """Run a new site on the loopback address, its clock in `zone`; `PLANNER_TEST_WORDPRESS_URL`, `_USER`, `_PASSWORD` name a running one."""
    if given := _given(tmp):
        yield given
        return
    source, php = installed.folder("wordpress"), shutil.which("php8.2")
    if php is None:
        installed.missing("wordpress", "PHP")
    installed.need("wordpress", "WordPress", source / "installed")
    site, port, log = tmp / "site", free_port(), tmp / "wordpress.log"
    url = f"http://127.0.0.1:{port}"
    _build(source, site)
    (tmp / "database").mkdir()
    env = {
        "TEST_SITE": str(site),
        "TEST_DB_DIR": str(tmp / "database"),
        "TEST_DB_FILE": "site.sqlite",
        "TEST_WP_HOME": url,
        "TEST_WP_SITEURL": url,
        "TEST_ZONE": zone,
        "PHP_CLI_SERVER_WORKERS": "2",
    }
    install = [php, *_OPTIONS, str(_HERE / "wordpress_install.php")]
    made = subprocess.run(install, env={**os.environ, **env}, capture_output=True, check=True, text=True, timeout=60)
    serve = [php, *_OPTIONS, "-S", f"127.0.0.1:{port}", "-t", str(site), str(_HERE / "wordpress_router.php")]
    with start(serve, log=log, ready=lambda: _is_up(url), env=env):
        yield WordPress(url, json.loads(made.stdout), log)


def _is_up(url: str) -> bool:
    try:
        return requests.get(f"{url}/wp-json/", timeout=10).ok
    except requests.ConnectionError:
        return False
