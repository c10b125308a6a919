"""What the parent tells a child to do; crosses the process boundary as JSON."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trialrun.target.policy import Policy
from trialrun.target.program import Program
from trialrun.target.subset_policy import SubsetPolicy

AS_IT_IS, PERMUTED = "as it is", "targets permuted"  # kinds of a SubsetRecord


@dataclass(frozen=True)
class Subset:
    """A training on a part of the data, and what an earlier run has told of the program."""

    share: float  # of the samples
    seconds: float  # that its loops may take
    permuted: bool = False  # each sample with the target of another
    roles: tuple[tuple[str, int, str], ...] = ()  # file and line of each loop, and its role
    # samples, batch size, drop_last, sequential of each loader whose batches train
    loaders: tuple[tuple[int | None, int | None, bool, bool], ...] = ()

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Subset:
        """What JSON has made lists of."""
        return cls(
            share=payload["share"],
            seconds=payload["seconds"],
            permuted=payload["permuted"],
            roles=tuple((file, line, role) for file, line, role in payload["roles"]),
            loaders=tuple((samples, size, last, order) for samples, size, last, order in payload["loaders"]),
        )


@dataclass(frozen=True)
class Measurement:
    """An experiment of the numerics laboratory, on the model and a batch of the program."""

    experiment: str
    options: dict[str, Any]  # payload of `evidence.numerics.Options`
    result: str  # path of the JSON file that is left


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
    timed: bool = True  # some updates are made unwatched, to be timed, and put back
    overfit_steps: int = 0  # repeats of one frozen window, at most; 0: none
    overfit_s: float = 15.0  # seconds they may take
    probe_s: float = 0.0  # seconds that experiments on that window may take; 0: none
    subset: Subset | None = None  # train on a part of the data in place of all else
    measurement: Measurement | None = None  # made once the program has ended
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
            if name not in ("program", "subset", "measurement")
        }
        subset, measurement = payload.get("subset"), payload.get("measurement")
        return cls(
            program=Program(program["path"], program["module"], tuple(program["argv"]), program["cwd"]),
            subset=None if subset is None else Subset.from_payload(subset),
            measurement=None if measurement is None else Measurement(**measurement),
            **values,
        )

    def policy(
        self, restricted: Callable[[], bool] = lambda: False, evaluated: Callable[[], bool] = lambda: True
    ) -> Policy:
        """How the loops are cut; the clock of ``hurry_after_s``, or of a subset's time, starts now."""
        if self.subset is not None:
            return SubsetPolicy(
                share=self.subset.share,
                seconds=self.subset.seconds,
                ends_at_s=time.monotonic() + self.subset.seconds,
                restricted=restricted,
                evaluated=evaluated,
            )
        return Policy(
            cut=frozenset(self.cut),
            jump=self.jump,
            barren=self.barren,
            hurry_at_s=time.monotonic() + self.hurry_after_s,
        )
