"""Can it memorise one batch? The window repeated with dropout and weight decay off and the rate at its planned peak."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.readings import scalar
from trialrun.capture.schedules import planned_peak
from trialrun.evidence.overfit_verdict import reached_floor
from trialrun.evidence.place import Where
from trialrun.evidence.records import Record
from trialrun.evidence.repeats import OverfitRecord, RepeatRecord
from trialrun.evidence.same_again import OTHER_WEIGHTS
from trialrun.experiments.plan import Experiment, LeftLoopError, Variant
from trialrun.experiments.reading import Reading
from trialrun.experiments.setting import Setting
from trialrun.experiments.ties import Ties, ties
from trialrun.experiments.trace import first_difference, first_fed_back

# Of weights that a repeat gives, to those that the program itself came to: kernels may add in another order while
# operations are watched. A batch that differs moves them by far more.
SAME_WEIGHTS = 1e-3
SAME_LOSS = 1e-4
TELL_EVERY_S = 0.25  # the parent looks as often


class _Skip(Exception):  # noqa: N818 - no error: the experiment ends early
    def __init__(self, reason: str, drawn_at: Where | None = None) -> None:
        super().__init__(reason)
        self.drawn_at = drawn_at


@dataclass
class Overfit:
    """One experiment; :meth:`run` is what ``Repeats`` advances."""

    setting: Setting
    steps: int
    seconds: float
    write: Callable[[Record], None]
    losses: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    first: Reading | None = None
    rates: dict[int, tuple[float, ...]] = field(default_factory=dict)
    rate_source: str = "as found"
    ties: Ties | None = None
    told: float = 0.0  # time.monotonic() of the last RepeatRecord
    record: OverfitRecord | None = None  # once it is over
    frozen: bool = False  # the window, run again from the same state, did the same

    def run(self) -> Experiment:
        """Repeat until the floor is reached or the budget ends, and write an ``OverfitRecord``."""
        begun = time.monotonic()
        outcome, reason, drawn_at, ended = "ran", "", None, False
        try:
            control = yield from self._control()
            self.frozen = True
            self._refuse(control)
            ended = yield from self._repeat(control, begun)
            yield from self._confirm(control)
        except _Skip as skip:
            outcome, reason, drawn_at = "skipped", str(skip), skip.drawn_at
            self.frozen = self.frozen and not reason.startswith("Not frozen")
        except LeftLoopError:
            if len(self.losses) < 2:
                outcome, reason = "broken", "The program left its training loop when its body was run again"
            self._record(outcome, reason, None, False, begun)
            raise
        self._record(outcome, reason, drawn_at, ended, begun)

    @property
    def held(self) -> dict[int, tuple[float, ...]]:
        """The learning rates of the repeats, by id of the optimiser that stepped."""
        first = self.first or Reading()
        return {optimiser: self.rates.get(optimiser, rates) for optimiser, rates in first.rates.items()}

    # the same again

    def _control(self) -> Generator[Variant, Reading, Reading]:
        """The window exactly as it was: it has to lead to the very weights the program itself came to."""
        control = yield Variant(fresh=True)
        if control.error:
            raise _Skip(f"Not frozen: {control.error}", control.where)
        if control.loss is None:
            raise _Skip("No backward of a single number was seen in the repeated window")
        if not self._as_it_was():
            where = yield from self._where_it_parts()
            raise _Skip(OTHER_WEIGHTS, where)
        return control

    def _as_it_was(self) -> bool:
        """Whether the learned state is that right after the window."""
        with _torch.reading():
            return all(content.is_near(SAME_WEIGHTS) for content in self.setting.now.learned)

    def _where_it_parts(self) -> Generator[Variant, Reading, Where | None]:
        """Two runs from the same state, written down operation by operation."""
        yield Variant(fresh=True, traced=True)
        yield Variant(fresh=True, traced=True)
        traces = self.setting.traces
        return first_difference(traces[-2], traces[-1]) if len(traces) > 1 else None

    def _refuse(self, control: Reading) -> None:
        """Whether there is no common floor: each optimiser follows a loss of its own."""
        outside = [seen for seen in control.backwards if not seen.inside_step]
        stepped = set(control.steps)
        if len(stepped) > 1 and len({seen.leaves for seen in outside}) > 1:
            raise _Skip(
                f"No floor: each of {len(stepped)} optimisers follows a loss of its own, as in adversarial training"
            )

    # memorising

    def _repeat(self, control: Reading, begun: float) -> Generator[Variant, Reading, bool]:
        self._plan_rates(control)
        reading = yield Variant(fresh=True, regularised=False, rates=self.rates, detail=True, gradients=True)
        self.first = reading
        if reading.noise and reading.floor is None and not reading.error:
            raise _Skip(
                "No floor: the loss is none that is known, or more than that, and the body draws random numbers, as in "
                "a variational autoencoder: the least it can reach is not known"
            )
        while True:
            if reading.error:
                raise _Skip(f"Not frozen: {reading.error}", reading.where)
            if _distinct(reading) != _distinct(self.first):
                yield from self._blame_inputs(self.first, reading)
            if reading.loss is None:
                raise _Skip("A repeat went backward from no single number")
            self.losses.append(reading.loss)
            if reading.accuracy is not None:
                self.accuracy.append(reading.accuracy)
            self._tell(reading.loss)
            floor = reading.floor[0] if reading.floor else None
            if reached_floor(self.losses, self.accuracy, floor) or self._is_lost(reading.loss):
                return False
            if len(self.losses) > self.steps or time.monotonic() - begun > self.seconds:
                last = yield Variant(regularised=False, rates=self.rates, detail=True, ties=True, gradients=True)
                self.ties = ties(last.pairs)
                if _steps_by_earlier_gradients(self.first, last):
                    raise _Skip(
                        "Not frozen: each repeat stepped with the same gradient although its loss had changed: one "
                        "that an earlier batch had left, as in a pipeline that delays its gradients"
                    )
                return True
            reading = yield Variant(regularised=False, rates=self.rates, detail=True)

    def _is_lost(self, loss: float) -> bool:
        """Whether nothing can follow: NaN, or an infinity that was reached from finite losses.

        One repeat more would be all NaN, and a body that looks for that raises, which would end the experiments.
        """
        return math.isnan(loss) or (math.isinf(loss) and math.isfinite(self.losses[0]))

    def _tell(self, loss: float) -> None:
        now = time.monotonic()
        if now - self.told > TELL_EVERY_S:
            self.told = now
            self.write(RepeatRecord(len(self.losses) - 1, loss))

    def _blame_inputs(self, first: Reading, reading: Reading) -> Generator[Variant, Reading, None]:
        """Inputs that differ although everything was rewound come out of the weights."""
        yield Variant(fresh=True, traced=True)
        yield Variant(traced=True)
        traces = self.setting.traces
        where = first_fed_back(traces[-2], traces[-1]) if len(traces) > 1 else None
        pairs = zip(first.inputs, reading.inputs, strict=False)
        call = next((new.where for old, new in pairs if old.content != new.content), None)
        at = f" of the model called at {call}" if call else ""
        raise _Skip(
            f"Not frozen: the inputs{at} changed from repeat to repeat with the weights, as where a program acts on "
            "its own outputs",
            where or call,
        )

    def _confirm(self, control: Reading) -> Generator[Variant, Reading, None]:
        """The first run once more: nothing may have drifted in between."""
        again = yield Variant(fresh=True)
        if control.loss is None or again.loss is None or control.loss != control.loss:
            return
        if abs(again.loss - control.loss) > SAME_LOSS * max(abs(control.loss), 1e-6):
            raise _Skip(f"Not frozen: the same window gave {control.loss:.4g} before and {again.loss:.4g} after")

    def _plan_rates(self, control: Reading) -> None:
        """Hold each optimiser at the largest rate it is planned to have; warm-up begins at or near 0."""
        for optimiser in self.setting.now.reach.optimisers:
            seen = control.rates.get(id(optimiser))
            if seen is None:
                continue
            planned = planned_peak(optimiser)
            if planned is not None:
                self.rates[id(optimiser)], self.rate_source = planned
                continue
            built = optimiser.defaults.get("lr")
            rate = scalar(built) if isinstance(built, (int, float, torch.Tensor)) else None
            # The body sets its rate by hand: what the optimiser was built with is then the rate it works up to.
            if rate is not None and self.setting.window.rates.get(id(optimiser)) != seen and len(set(seen)) == 1:
                self.rates[id(optimiser)] = tuple(max(rate, value) for value in seen)
                self.rate_source = "set when the optimiser was built"

    def _record(self, outcome: str, reason: str, drawn_at: Where | None, ended: bool, begun: float) -> None:
        first = self.first or Reading()
        floor = first.floor
        stepped = [o for o in self.setting.now.reach.optimisers if id(o) in set(first.steps)]
        trained = frozenset[int]().union(*(seen.leaves for seen in first.backwards))
        held = [self.rates.get(id(o)) or first.rates.get(id(o), ()) for o in stepped]
        self.record = OverfitRecord(
            outcome=outcome,
            reason=reason,
            where=self.setting.window.loop.site.where,
            drawn_at=drawn_at,
            items=len(self.setting.window.items),
            losses=tuple(self.losses),
            accuracy=tuple(self.accuracy) if len(self.accuracy) == len(self.losses) else (),
            floor=floor[0] if floor else None,
            floor_source=floor[1] if floor else "",
            loss_functions=tuple(dict.fromkeys(call.function for call in first.calls)),
            nonlinear=first.nonlinear,
            float16=first.float16,
            parameters=sum(c.tensor.numel() for c in self.setting.now.learned if id(c.tensor) in trained),
            targets=sum(call.targets for call in first.calls),
            tied_share=self.ties.share if self.ties else None,
            one_output=self.ties.one_output if self.ties else None,
            learning_rates=tuple(rate for rates in held for rate in rates),
            rate_source=self.rate_source,
            switched_off=tuple(
                f"{name} ({count})" if count > 1 else name for name, count in sorted(first.switched_off.items())
            ),
            budget_steps=self.steps,
            budget_ended=ended,
            seconds=time.monotonic() - begun,
        )
        self.write(self.record)


def _steps_by_earlier_gradients(first: Reading, last: Reading) -> bool:
    """Whether a loss that rose left the norm of what was stepped with as it was, to the last bit."""
    if first.loss is None or last.loss is None or not last.loss > first.loss:
        return False
    return bool(last.gradient_norm) and last.gradient_norm == first.gradient_norm


def _distinct(reading: Reading) -> list[Any]:
    """What went into the models, each input once: a search along a line asks for the same as often as it needs to.

    Repeats are compared with the first of them, not with the window as it was: without dropout the body's own draws
    meet other random numbers.
    """
    return list(dict.fromkeys(given.content for given in reading.inputs))
