"""Long word lists kept as the bytes of their sorted file: a fraction of a set's memory, and next to nothing to do when they are read."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

_MOST = 2048
_AFTER_ALL = b"\xff"
_STEP = 256
"""So many bytes, or one line more, lie between two signposts."""


class Listing:
    """Lines sorted by the bytes of their key in lower case: the whole line, or what stands before its first tab."""

    __slots__ = ("_at", "_end", "_kept", "_keys", "_lines", "_posts")

    def __init__(self, text: str, *, small: bool = False) -> None:
        """Take the lines; they are given back as they are. `small`: all keys are in lower case, so that only what follows them is not.

        Raises:
            ValueError: the lines are not sorted, or a letter takes another number of bytes in lower case.
        """
        whole = f"\n{text.strip()}\n"
        self._lines = whole.encode()
        keys = self._lines if small else whole.lower().encode()
        self._keys = self._lines if keys == self._lines else keys
        if len(keys) != len(self._lines):
            raise ValueError("A letter of this list takes another number of bytes in lower case.")
        self._end = b"\t" if b"\t" in self._lines else b"\n"
        self._kept: dict[str, bool] = {}
        self._posts: list[bytes] = []
        self._at = array("I")
        at, last = 0, len(keys) - 1
        while at < last:
            self._posts.append(keys[at + 1 : keys.index(self._end, at + 1)])
            self._at.append(at)
            further = keys.find(b"\n", at + _STEP)
            at = further if further > 0 else last
        self._at.append(last)
        if self._posts != sorted(self._posts):
            raise ValueError("The lines of this list are not sorted by their bytes.")

    def __contains__(self, key: str) -> bool:
        """Return whether a line has this key, given in lower case; answers are kept, up to a number."""
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            sought = key.encode()
            post = bisect_right(self._posts, sought)
            found = self._kept[key] = post > 0 and self._keys.find(b"\n" + sought + self._end, self._at[post - 1], self._at[post] + 1) >= 0
        return found

    def lines(self, key: str) -> list[str]:
        """Return every line of this key, given in lower case; they stand together, in the order of the file."""
        sought = key.encode()
        mark, found = b"\n" + sought + self._end, list[str]()
        start = self._at[max(bisect_left(self._posts, sought) - 1, 0)]
        at = self._keys.find(mark, start, self._at[bisect_right(self._posts, sought)] + 1)
        while at >= 0:
            end = self._lines.index(b"\n", at + 1)
            found.append(self._lines[at + 1 : end].decode())
            at = end if self._keys.startswith(mark, end) else -1
        return found

    def goes_on(self, beginning: str) -> bool:
        """Return whether a line has a longer key that begins so, given in lower case."""
        sought = beginning.encode()
        start, stop = bisect_left(self._posts, sought), bisect_right(self._posts, sought + _AFTER_ALL)
        if start < stop and self._posts[stop - 1] != sought:
            return True
        at = self._keys.find(b"\n" + sought, self._at[max(start - 1, 0)], self._at[stop] + len(sought) + 1)
        while at >= 0 and self._keys.startswith(self._end, at + 1 + len(sought)):
            at = self._keys.find(b"\n", at + 1)
            if not self._keys.startswith(sought, at + 1):
                return False
        return at >= 0
