"""What a worker frees goes back to the system."""

from __future__ import annotations

import ctypes
import gc
import platform
import subprocess
import sys

import pytest

from planner.engine import memory

USED = """
import sys
from planner.engine.memory import lean, settle

def held():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024

if sys.argv[1] == "lean":
    lean()
first = held()
b"x" * (30 << 20)  # glibc now keeps whatever is smaller, once it is free
kept = [(b"x" * (1 << 20), bytearray(2000)) for _ in range(60)]
small = [two for _, two in kept]
del kept
print(held() - first)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the setting is glibc's")
def test_large_pieces_go_back_once_they_are_free() -> None:
    used = {
        name: float(subprocess.run([sys.executable, "-c", USED, name], check=True, capture_output=True, text=True, timeout=60).stdout)
        for name in ("lean", "as it comes")
    }
    assert used["lean"] < 10
    assert used["as it comes"] > 40


def test_a_c_library_without_such_settings_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    memory.lean()
    memory.give_back()

    def none(_name: object) -> object:
        raise TypeError

    monkeypatch.setattr(ctypes, "CDLL", none)
    memory.lean()
    memory.give_back()
    monkeypatch.setitem(sys.modules, "ctypes", None)  # a Python built without it
    memory.lean()
    memory.give_back()


FREE = """
import sys
from planner.engine.memory import give_back

def held():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024

pieces = [bytearray(20_000) for _ in range(3000)]
kept = pieces[::10]
del pieces
before = held()
give_back()
print(before - held())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the call is glibc's")
def test_free_memory_between_what_is_used_goes_back() -> None:
    answer = subprocess.run([sys.executable, "-c", FREE], check=True, capture_output=True, text=True, timeout=60)
    assert float(answer.stdout) > 20


def test_what_was_loaded_at_the_start_is_not_looked_through_again() -> None:
    before, thresholds, switch = gc.get_freeze_count(), gc.get_threshold(), sys.getswitchinterval()
    try:
        memory.settle()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(switch)
