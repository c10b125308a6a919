"""Does regularisation keep the batch from being learnt? Repeats with dropout and weight decay as they are, and without.

A repeat draws what the window drew, so that dropout would leave out the same units each time, and the batch could be
learnt through the others: with dropout, these repeats draw anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch

from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.overfit_verdict import LEARNING, LEARNT, verdict
from trialrun.evidence.regularisation import NAME
from trialrun.experiments.comparing import REPEATS, repeats_of_two
from trialrun.experiments.intercepted import intercept
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run

STRONG = {"p": 0.75, "weight_decay": 0.5}  # in use are 0.1 to 0.5, and with AdamW up to 0.3
_VALUE = re.compile(r"\b(p|weight_decay)=([0-9.e+-]+)")


class Regularisation:
    """Only where much of it was switched off for the repeats of overfit, and these learnt."""

    name = NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        record = lab.overfit
        if record.outcome != "ran" or verdict(record).word not in (LEARNT, LEARNING):
            return None
        found = [(key, float(value)) for name in record.switched_off for key, value in _VALUE.findall(name)]
        strong = [f"{key}={value:g}" for key, value in found if value >= STRONG[key]]
        return f"there is much of it: {', '.join(strong)}" if strong else None

    def run(self, lab: Laboratory) -> Run:
        drawn = _Drawn()
        yield from lab.arm("off", 1, changes=(drawn,))
        if drawn.seen:
            raise NotToBeRunError("The repeated window draws random numbers beside those of dropout.")
        repeats = repeats_of_two(lab, REPEATS)
        control = yield from lab.arm("as it is", repeats, regularised=True, changes=(_DrawnAnew(),))
        off = yield from lab.arm("dropout and weight decay off", repeats)
        return ExperimentRecord(
            self.name, where=lab.overfit.where, control=control, variants=(off,), floor=lab.overfit.floor
        )


class _Drawn:
    """Whether a run of the window draws from torch's stream; ``seen`` counts the runs that did."""

    def __init__(self) -> None:
        self.seen = 0

    def begin(self) -> Callable[[], None]:
        """Look at the stream now; what is returned looks again."""
        before = torch.get_rng_state()

        def end() -> None:
            self.seen += not torch.equal(before, torch.get_rng_state())

        return end


class _DrawnAnew:
    """Another stream for each dropout, as its generator is put back with each item; the next run undoes it."""

    def __init__(self) -> None:
        self._calls = 0

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        return intercept(self._answer)

    def _answer(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if "dropout" in getattr(function, "__name__", "") or "attention" in getattr(function, "__name__", ""):
            self._calls += 1
            torch.default_generator.manual_seed(self._calls)  # torch.manual_seed would wake an accelerator
            if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
                torch.cuda.manual_seed_all(self._calls)
        return function(*args, **kwargs)
