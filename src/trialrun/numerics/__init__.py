"""The numerics laboratory: batch invariance, accumulation, determinism, resuming, worker streams, the order of sums.

Every function gives a :class:`NumericsResult` with one of the verdicts of :class:`Verdict`, and changes nothing of what
it is handed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics import factory, process
from trialrun.numerics.subject import Subject, from_made
from trialrun.numerics.surroundings import undisturbed

__all__ = ["NumericsResult", "Options", "Subject", "Verdict", "associativity", "determinism", "resume"]


def _made(experiment: str, subject: Subject, **options: Any) -> NumericsResult:
    return process.make(experiment, subject, Options(**options))


def _made_anew(experiment: str, make: Callable[[], Any], **options: Any) -> NumericsResult:
    """As :func:`_made`, on what ``make()`` returns; the global random generators stay where they are."""
    with undisturbed():
        return _made(experiment, factory.called(make), **options)


def associativity(model: Any, batch: Any, *, dtypes: tuple[str, ...] = ("fp32", "bf16", "fp16")) -> NumericsResult:
    """How far sums of the model's inputs, outputs and parameters depend on their order.

    ``model``: a module or function; ``batch``: what it is called with, axis 0 of each tensor the samples'. Verdict
    BITWISE or ROUNDING.
    """
    return _made("associativity", from_made((model, batch), "model"), dtypes=dtypes)


def resume(make: Callable[[], Any], *, stop: int = 3, steps: int = 3, seed: int = 0) -> NumericsResult:
    """Whether a training stopped after ``stop`` updates and resumed is the same, bit for bit, over ``steps`` more.

    ``make()`` returns a fresh training: an object with ``step()``, which makes one update and returns its loss,
    ``state_dict()`` and ``load_state_dict(state)``, its pieces among its attributes; or ``(model, batch)`` or
    ``(model, batch, loss)``, trained by AdamW. It is called some ten times, each time with the global generators seeded
    with ``seed``. At least 3 further updates are compared; let them pass the end of an epoch to see that, too.

    Verdict BITWISE; BUG, with the pieces of state that are missing; INCONCLUSIVE where the training does not repeat
    itself; UNSUPPORTED where there is nothing to save.
    """
    return _made_anew("resume", make, stop=stop, steps=steps, seed=seed)


def determinism(
    make: Callable[[], Any], *, steps: int = 3, threads: tuple[int, ...] = (1, 2), seed: int = 0
) -> NumericsResult:
    """Whether the same seed gives the same training twice, bit for bit, over ``steps`` updates.

    ``make()`` returns a fresh training or ``(model, batch)``, as for :func:`resume`. Where it is a function that can be
    imported each run has a process of its own, with each of ``threads`` torch threads (twice each) and with two values
    of PYTHONHASHSEED; any other is run in this process. Compared: every loss, parameter and buffer after each update.

    Verdict BITWISE; ROUNDING where the thread count alone changes results, by rounding; BUG where the same
    configuration differs, or the hash seed changes results, with the first update and parameter; INCONCLUSIVE where
    the thread count changes more than rounding does; UNSUPPORTED where there is nothing to compare.
    """
    return _made_anew("determinism", make, steps=steps, threads=threads, seed=seed)
