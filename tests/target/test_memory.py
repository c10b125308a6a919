"""What is left of memory."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from trialrun.target import memory


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_what_is_available_is_less_than_the_machine_has() -> None:
    available = memory.available_memory_bytes()
    assert available is not None
    assert 0 < available < os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.mark.parametrize(
    ("names", "cache"),
    [
        (("memory.max", "memory.current"), "inactive_file"),
        (("memory.limit_in_bytes", "memory.usage_in_bytes"), "total_inactive_file"),
    ],
)
def test_the_limit_of_a_container_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, str], cache: str
) -> None:
    group = tmp_path if names[0] == "memory.max" else tmp_path / "memory"
    group.mkdir(exist_ok=True)
    (group / names[0]).write_text("5000000\n")
    (group / names[1]).write_text("4000000\n")
    (group / "memory.stat").write_text(f"anon 3000000\n{cache} 500000\n")
    monkeypatch.setattr(memory, "_CGROUPS", tmp_path)
    assert memory.available_memory_bytes() == 1_500_000
    (group / names[0]).write_text("max\n" if names[0] == "memory.max" else "9223372036854771712\n")
    unlimited = memory.available_memory_bytes()
    assert unlimited is None or unlimited > 5_000_000
