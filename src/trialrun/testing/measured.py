"""Assertions that are experiments of the numerics laboratory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from trialrun import numerics
from trialrun.evidence.numerics import NumericsResult
from trialrun.numerics.subject import Loss
from trialrun.testing.outcome import allowed, expected, settle
from trialrun.testing.place import device_of, handed


def assert_batch_independent(
    model: Any,
    batch: Any,
    *,
    dtypes: tuple[str, ...] = ("fp32",),
    fp32_precision: str = "ieee",
    paths: tuple[str, ...] = ("eager",),
    limit: int = 64,
    device: str | None = None,
    seed: int = 0,
    expect: str | Iterable[str] = (),
    allow: str | Iterable[str] = (),
) -> NumericsResult:
    """A sample's output does not depend on the batch it is in, but for rounding.

    Arguments and verdicts as for :func:`trialrun.numerics.batch`; ``device`` None: where the model is; ``allow``: of
    INCONCLUSIVE and UNSUPPORTED those that pass.

    Raises AssertionError for BUG, for COUPLED that is not in ``expect``, and where nothing was shown.
    """
    __tracebackhide__ = True
    model, verdicts, passing = handed(model), expected(expect), allowed(allow)
    result = numerics.batch(
        model,
        batch,
        dtypes=dtypes,
        fp32_precision=fp32_precision,
        paths=paths,
        limit=limit,
        device=device or device_of(model),
        seed=seed,
        expect=verdicts,
    )
    return settle("assert_batch_independent", result, passing)


def assert_accumulation_equivalent(
    model: Any,
    batch: Any,
    loss: Loss | None = None,
    *,
    accumulate: Callable[[Any, list[Any], Any], Any] | None = None,
    micro_batches: int = 4,
    ragged: bool = True,
    device: str | None = None,
    seed: int = 0,
    expect: str | Iterable[str] = (),
    allow: str | Iterable[str] = (),
) -> NumericsResult:
    """``micro_batches`` micro-batches give the gradient of one batch.

    Arguments and verdicts as for :func:`trialrun.numerics.accum`; ``device`` None: where the model is; ``allow``: of
    INCONCLUSIVE and UNSUPPORTED those that pass.

    Raises AssertionError for BUG, for COUPLED that is not in ``expect``, and where nothing was shown.
    """
    __tracebackhide__ = True
    model, verdicts, passing = handed(model), expected(expect), allowed(allow)
    result = numerics.accum(
        model,
        batch,
        loss,
        accumulate=accumulate,
        micro_batches=micro_batches,
        ragged=ragged,
        device=device or device_of(model),
        seed=seed,
        expect=verdicts,
    )
    return settle("assert_accumulation_equivalent", result, passing)


def assert_deterministic(
    make: Callable[[], Any],
    *,
    steps: int = 3,
    threads: tuple[int, ...] = (1, 2),
    seed: int = 0,
    allow: str | Iterable[str] = (),
) -> NumericsResult:
    """The same seed gives the same training twice, bit for bit.

    Arguments and verdicts as for :func:`trialrun.numerics.determinism`; ``allow``: of INCONCLUSIVE and UNSUPPORTED
    those that pass.

    Raises:
        AssertionError: BUG, or nothing was shown.
        UsageError: ``make`` raised an exception.
    """
    __tracebackhide__ = True
    passing = allowed(allow)
    return settle("assert_deterministic", numerics.determinism(make, steps=steps, threads=threads, seed=seed), passing)


def assert_resumable(
    make: Callable[[], Any], *, stop: int = 3, steps: int = 3, seed: int = 0, allow: str | Iterable[str] = ()
) -> NumericsResult:
    """A training that was stopped and resumed goes on as if it had not been, bit for bit.

    Arguments and verdicts as for :func:`trialrun.numerics.resume`; ``allow``: of INCONCLUSIVE and UNSUPPORTED those
    that pass.

    Raises:
        AssertionError: BUG, with the state that is missing, or nothing was shown.
        UsageError: ``make`` raised an exception.
    """
    __tracebackhide__ = True
    passing = allowed(allow)
    return settle("assert_resumable", numerics.resume(make, stop=stop, steps=steps, seed=seed), passing)
