"""Network and child programs: open until the first update, then refused and recorded."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from trialrun.evidence.program import BlockedRecord
from trialrun.target.containment.network import guard_network
from trialrun.target.containment.programs import Programs, guard_programs
from trialrun.target.containment.rules import Rules


class Guard:
    """The two guards and the switch that arms them, shared by all processes of the script through an open file."""

    def __init__(self, rules: Rules, method: str, on_blocked: Callable[[BlockedRecord], None]) -> None:
        self._switch = os.open(_switch_file(rules), os.O_RDWR | os.O_CREAT, 0o600)
        self._armed = False
        self._rules = rules
        self._on_blocked = on_blocked
        self._told: set[tuple[str, str]] = set()
        self.programs = Programs(rules.allow_exec, method, self.armed, self.blocked)

    def arm(self) -> None:
        """The first update has happened."""
        self._armed = True
        with suppress(OSError):
            os.pwrite(self._switch, b"1", 0) if hasattr(os, "pwrite") else os.write(self._switch, b"1")

    def armed(self) -> bool:
        """Whether connections and programs are refused by now; ``--allow-network`` keeps neither from being asked."""
        if not self._armed:
            with suppress(OSError):  # a script may close every descriptor it did not open
                self._armed = os.fstat(self._switch).st_size > 0
        return self._armed

    def blocked(self, kind: str, target: str) -> None:
        """Tell of a refusal; retries of the same target are one."""
        if (kind, target) not in self._told:
            self._told.add((kind, target))
            self._on_blocked(BlockedRecord(kind, target))

    def install(self, environment: dict[str, str], folder: Callable[[str], str]) -> None:
        """Start guarding. ``environment`` is what Python children need, ``folder`` maps where a child starts."""
        guard_programs(self.programs, environment, folder)
        if not self._rules.allow_network:
            guard_network(self.armed, self.blocked)


def _switch_file(rules: Rules) -> Path:
    return rules.scratch / "armed"
