"""Runs the experiments that a program's evidence so far calls for, one after the other, on its recorded window."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

from trialrun.evidence import Evidence
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.overfit_verdict import reached_floor
from trialrun.evidence.place import Where
from trialrun.evidence.program import SkipRecord
from trialrun.evidence.records import Record
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.replays import Replay
from trialrun.experiments.plan import Change, Experiment, LeftLoopError, Rates, Variant
from trialrun.experiments.reading import Reading
from trialrun.experiments.setting import Setting

Run: TypeAlias = Generator[Variant, Reading, ExperimentRecord]
ArmRun: TypeAlias = Generator[Variant, Reading, Arm]


class NotToBeRunError(Exception):
    """An experiment cannot be run on this program; the message says why."""


class Cause(Protocol):
    """One experiment: what makes it worth its time, and how it is run."""

    name: str

    def suspicion(self, lab: Laboratory) -> str | None:
        """Why to run it, one clause; "" where every program pays for it, None where nothing speaks for it."""

    def run(self, lab: Laboratory) -> Run:
        """Control, variants, and what they came to; raises NotToBeRunError."""


@dataclass
class Laboratory:
    """What an experiment works with.

    ``overfit`` is how the repeats of the window as it is ended, ``evidence`` all that was seen so far, ``rates`` the
    learning rates that overfit held, by id of the optimiser.
    """

    setting: Setting
    evidence: Evidence
    overfit: OverfitRecord
    rates: Rates
    write: Callable[[Record], None]
    seconds: float
    begun: float = 0.0
    done: dict[str, ExperimentRecord] = field(default_factory=dict)  # by name, those that came to an end
    model_called_at: Where | None = None  # the first outermost model call of the window

    def run(self, causes: Sequence[Cause]) -> Experiment:
        """Run those of ``causes`` that something speaks for, as long as there is time."""
        self.begun = time.monotonic()
        for cause in causes:
            suspicion = self._suspicion(cause)
            if suspicion is None:
                continue
            if self.seconds_left <= 0:
                self.write(ExperimentRecord(cause.name, suspicion, "skipped", "No time was left for it."))
                continue
            begun = time.monotonic()
            try:
                record = yield from cause.run(self)
            except NotToBeRunError as refusal:
                record = ExperimentRecord(cause.name, outcome="skipped", reason=str(refusal))
            except LeftLoopError:
                left = "The program left its training loop when its body was run again."
                self.write(ExperimentRecord(cause.name, suspicion, "skipped", left))
                raise
            self.done[cause.name] = replace(record, suspicion=suspicion, seconds=time.monotonic() - begun)
            self.write(self.done[cause.name])

    def _suspicion(self, cause: Cause) -> str | None:
        try:
            return cause.suspicion(self)
        except Exception as fault:  # a fault of ours never ends the user's run
            self.write(SkipRecord("probe", f"{cause.name}: {type(fault).__name__}: {fault}"))
            return None

    @property
    def repeatable(self) -> bool:
        """Whether the window gives the same again; what repeats come to need not be known for that."""
        return self.overfit.outcome == "ran" or self.overfit.reason.startswith("No floor")

    @property
    def explained(self) -> bool:
        """Whether one of the experiments so far has found what keeps the batch from being learnt."""
        return any(
            Replay(record.control, arm, record.floor).confirms
            for record in self.done.values()
            if record.outcome == "ran" and record.control is not None and len(record.control.losses) > 1
            for arm in record.variants
            if len(arm.losses) > 1
        )

    def note_inputs(self, reading: Reading) -> None:
        """Remember where ``reading`` saw a model called."""
        if self.model_called_at is None and reading.inputs:
            self.model_called_at = reading.inputs[0].where

    @property
    def seconds_left(self) -> float:
        """Of all experiments together."""
        return self.seconds - (time.monotonic() - self.begun)

    @property
    def repeat_seconds(self) -> float:
        """What one repeat of the window took in overfit, or more where few were run; 0 where none was."""
        return self.overfit.seconds / len(self.overfit.losses) if self.overfit.losses else 0.0

    @property
    def start(self) -> dict[str, Any]:
        """How a first run starts: from the weights before the first update, where these were kept."""
        return {"fresh": True, "initial": self.setting.has_initial}

    def arm(
        self,
        change: str,
        repeats: int,
        value: float | None = None,
        rates: Rates | None = None,
        seconds: float = math.inf,
        begun: float = math.inf,
        changes: tuple[Change, ...] = (),
        at_first: tuple[Change, ...] = (),
        rising: int = 1,
        regularised: bool = False,
        **options: Any,
    ) -> ArmRun:
        """Run the window ``repeats`` times from the start, what it learns kept, and no dropout unless ``regularised``.

        It ends early once a loss is not finite, the floor is reached or ``seconds`` are over. The way to the floor is
        counted from ``begun`` where that is lower than the first loss. ``at_first`` are changes for the first repeat
        only. The rates are reached in equal steps over the first ``rising`` repeats. ``options`` are those of
        :class:`Variant`.
        """
        until = time.monotonic() + seconds
        losses: list[float] = []
        accuracy: list[float] = []
        norm: float | None = None
        held = self.rates if rates is None else rates
        for number in range(repeats):
            first = number == 0
            share = min(1.0, (number + 1) / rising)
            variant = Variant(
                **(self.start if first else {}),
                regularised=regularised,
                rates={id_: tuple(share * rate for rate in given) for id_, given in held.items()},
                detail=True,
                gradients=first,
                changes=(*at_first, *changes) if first else changes,
                **options,
            )
            reading = yield variant
            if reading.error:
                raise NotToBeRunError(f"Not frozen: {reading.error}.")
            if reading.loss is None:
                raise NotToBeRunError("A repeat went backward from no single number.")
            norm = reading.gradient_norm if first else norm
            losses.append(reading.loss)
            if reading.accuracy is not None:
                accuracy.append(reading.accuracy)
            counted = [min(losses[0], begun), *losses[1:]]
            if not math.isfinite(reading.loss) or reached_floor(counted, accuracy, self.overfit.floor):
                break
            if time.monotonic() > until:
                break
        return Arm(change, tuple(losses), value, norm, tuple(accuracy) if len(accuracy) == len(losses) else ())
