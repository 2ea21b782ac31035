"""X's own library for counting (npm `twitter-text`), asked through Node: what it says of a text is what X's composer says."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.servers import installed

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = "3.1.0"
_PROGRAM = """
const text = require("twitter-text");
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const urls = words => text.extractUrlsWithIndices(words).map(one => one.indices);
process.stdout.write(JSON.stringify(asked.map(words => [text.parseTweet(words).weightedLength, urls(words)])));
"""


def asked(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return of each text its weighted length and how many URLs stand in it, bare domains too."""
    home = installed.folder("twitter-text")
    installed.need("twitter-text", "X's counting library twitter-text", home / "installed", home / "node_modules" / "twitter-text")
    node = shutil.which("node")
    if node is None:
        installed.missing("twitter-text", "Node, which runs X's counting library twitter-text,")
    done = subprocess.run([node, "-e", _PROGRAM], cwd=home, input=json.dumps(list(texts)).encode(), capture_output=True, check=True)
    return [(int(length), len(urls)) for length, urls in json.loads(done.stdout)]
