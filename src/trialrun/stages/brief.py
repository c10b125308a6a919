"""What the parent tells a child to do; crosses the process boundary as JSON."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from typing import Any

from trialrun.target.policy import Policy
from trialrun.target.program import Program


@dataclass(frozen=True)
class Brief:
    """One attempt at the program."""

    program: Program
    run_dir: str
    evidence: str  # path of the evidence file
    scratch: str
    cut: tuple[str, ...] = ("training", "epoch", "evaluation")  # roles of loops that are cut
    jump: bool = True  # visit the last item after a cut
    barren: int = 64  # see Policy
    hurry_after_s: float = float("inf")  # from here on loops are cut as short as they can be
    hooked_steps: int | None = None  # updates that are watched in full; None: all
    overfit_steps: int = 0  # repeats of one frozen window, at most; 0: none
    overfit_s: float = 15.0  # seconds they may take
    probe_s: float = 0.0  # seconds that experiments on that window may take; 0: none
    allow_write: tuple[str, ...] = ()
    allow_network: bool = False
    allow_exec: tuple[str, ...] = ()
    containment: str = "auto"
    pdb: bool = False

    def payload(self) -> dict[str, Any]:
        """The brief as JSON values."""
        body = dataclasses.asdict(self)
        if self.hurry_after_s == float("inf"):
            del body["hurry_after_s"]
        return body

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Brief:
        """The brief that :meth:`payload` described."""
        program = payload["program"]
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in payload.items()
            if name != "program"
        }
        return cls(
            program=Program(program["path"], program["module"], tuple(program["argv"]), program["cwd"]),
            **values,
        )

    def policy(self) -> Policy:
        """How the loops are cut; the clock of ``hurry_after_s`` starts now."""
        return Policy(
            cut=frozenset(self.cut),
            jump=self.jump,
            barren=self.barren,
            hurry_at_s=time.monotonic() + self.hurry_after_s,
        )
