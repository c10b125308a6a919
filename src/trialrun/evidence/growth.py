"""How the gradient grows on its way back through the layers or steps of a model, and what clipping it shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.rehearsal import Evidence

NAME = "clipped gradient"
CLIPPED_TO = 1.0  # L2 over all that one optimiser's step consumes: the usual limit for recurrent nets

# This project's own choices.
LARGE = 5.0  # norm of the first gradient
TIMES_LOSS = 3.0  # that norm over the loss it comes from
FEWEST = 5  # layers or steps: below this nothing is geometric
TIMES = 30.0  # over all of them
ALIKE = 0.6  # of the steps from one to the next grow
ONE_STEP = 0.6  # of the whole way, as logarithms: more in one step is no growth with depth


@dataclass(frozen=True)
class Growth:
    """Norms (L2) of the loss's gradient by what each layer or step put out, in the order of the forward."""

    norms: tuple[float, ...]

    @property
    def stages(self) -> int:
        """Layers or steps that a gradient came to."""
        return len(self.norms)

    @property
    def times(self) -> float:
        """The first stage's norm over the last one's; 1 where it is not known."""
        return self.norms[0] / self.norms[-1] if self.norms and self.norms[-1] > 0 else 1.0

    @property
    def factor(self) -> float:
        """The geometric mean of what each stage multiplies the gradient by."""
        return math.exp(math.log(self.times) / (self.stages - 1)) if self.stages > 1 and self.times > 0 else 1.0

    @property
    def geometric(self) -> bool:
        """Whether it grows by :data:`TIMES` on the way back, in most stages and not in one of them."""
        if self.stages < FEWEST or min(self.norms) <= 0 or not all(map(math.isfinite, self.norms)):
            return False
        steps = [math.log(earlier / later) for earlier, later in pairwise(self.norms)]
        way = sum(steps)
        return (
            way >= math.log(TIMES)
            and sum(step > 0 for step in steps) >= ALIKE * len(steps)
            and max(steps) <= ONE_STEP * way
        )


def steepest(rows: Sequence[tuple[str, Sequence[float]]]) -> tuple[str, Growth]:
    """The row that grows most, and what it is of; what lies behind its smallest is left out."""
    found = [(of, Growth(_reached(row))) for of, row in rows]
    return max(found, key=lambda one: (one[1].geometric, one[1].times), default=("", Growth(())))


def _reached(row: Sequence[float]) -> tuple[float, ...]:
    """Up to the smallest: behind it are padding, which no gradient comes to, and a last layer that starts small."""
    reached = [norm if norm > 0 else math.inf for norm in row]
    return tuple(row[: reached.index(min(reached)) + 1]) if reached else ()


def growth(record: ExperimentRecord) -> Growth:
    """What ``record`` holds of it."""
    rows = (f"gradient_norm_{number}" for number in range(len(record.facts)))
    return Growth(tuple(record.facts[name] for name in rows if name in record.facts))


def facts(found: Growth) -> dict[str, float]:
    """``found`` as numbers of a record."""
    return {f"gradient_norm_{number}": norm for number, norm in enumerate(found.norms)}


def first_norm(evidence: Evidence) -> tuple[float, float] | None:
    """The largest norm that an optimiser's first step consumed, and the loss it came from; None: not known."""
    first: dict[int, tuple[float, float]] = {}
    for update in evidence.update:
        if update.optimiser not in first and update.gradient_norm is not None and update.loss is not None:
            first[update.optimiser] = (update.gradient_norm, update.loss)
    finite = [pair for pair in first.values() if all(map(math.isfinite, pair))]
    return max(finite, default=None)


def is_large(norm: float, loss: float) -> bool:
    """Whether a first gradient of that norm is far above what its loss can need."""
    return norm >= LARGE and norm >= TIMES_LOSS * abs(loss)
