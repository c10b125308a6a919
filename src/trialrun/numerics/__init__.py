"""The numerics laboratory: batch invariance, accumulation, determinism, resuming, worker streams, the order of sums.

Every function gives a :class:`NumericsResult` with one of the verdicts of :class:`Verdict`, and changes nothing of what
it is handed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics import factory, process
from trialrun.numerics.subject import Subject, from_made
from trialrun.numerics.surroundings import undisturbed

__all__ = [
    "NumericsResult",
    "Options",
    "Subject",
    "Verdict",
    "accum",
    "associativity",
    "batch",
    "determinism",
    "resume",
    "workers",
]


def _made(experiment: str, subject: Subject, **options: Any) -> NumericsResult:
    return process.make(experiment, subject, Options(**options))


def accum(
    model: Any,
    batch: Any,
    loss: Callable[[Any, Any], Any] | None = None,
    *,
    accumulate: Callable[[Any, list[Any], Any], Any] | None = None,
    micro_batches: int = 4,
    ragged: bool = True,
    device: str = "cpu",
    seed: int = 0,
    expect: tuple[str, ...] = (),
) -> NumericsResult:
    """Whether ``micro_batches`` micro-batches give the gradient of one batch.

    ``model``: a module; ``batch``: axis 0 of each tensor the samples'; ``loss(model, batch)``: one number, of a batch
    of any size (None: the model's own ``.loss``). ``accumulate(model, micro_batches, loss)``: your loop over one
    window; it leaves the gradient in ``.grad`` and makes no update. Without it ``trialrun.accumulate`` is judged on
    your loss. ``ragged``: also with a last micro-batch that is smaller. Dropout is switched off; all is measured on
    copies, in float64 and float32.

    Verdicts: BITWISE or ROUNDING if both gradients agree to 1e-10 in float64 and the accumulated one is in float32 no
    farther from that than four times as far as one batch's own; BUG with the weights that the micro-batches have and
    ought to have; COUPLED if samples influence each other (BatchNorm in training, contrastive losses), so that no
    micro-batches can give it: declare ``expect=("COUPLED",)`` where that is meant; INCONCLUSIVE if float32 is too
    coarse; UNSUPPORTED if there is no float64 path, no gradient, no scalar loss, or fewer samples than micro-batches.
    """
    subject = from_made((model, batch), "model")
    subject.loss, subject.accumulate = loss, accumulate
    return _made("accum", subject, micro_batches=micro_batches, ragged=ragged, device=device, seed=seed, expect=expect)


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


def batch(
    model: Any,
    batch: Any,
    *,
    dtypes: tuple[str, ...] = ("fp32",),
    fp32_precision: str = "ieee",
    paths: tuple[str, ...] = ("eager",),
    mitigations: bool = False,
    limit: int = 64,
    device: str = "cpu",
    seed: int = 0,
    expect: tuple[str, ...] = (),
) -> NumericsResult:
    """Is a sample's output independent of the batch it is in?

    ``model``: a module, measured in the mode it is in with dropout off, or a function; its outputs need a row for each
    sample. ``batch``: what it is called with, axis 0 of each tensor the samples', 2 or more. ``dtypes`` of fp32, fp64,
    bf16, fp16; ``fp32_precision`` one of ieee, tf32, bf16; ``paths`` of eager, compile, export, onnx; ``mitigations``:
    measure what padding, deterministic algorithms, higher precision and one exported engine fix, and their throughput
    in samples a second; ``limit``: largest batch size, in samples; ``expect``: verdicts declared legitimate. Distances
    are in units in the last place (ULP) at a row's maximum, errors relative to float64.

    Verdict BITWISE; ROUNDING: as accurate as the sample alone; COUPLED: other samples' values change it; BUG: it
    changes with the batch's size or its position by more than rounding; INCONCLUSIVE; UNSUPPORTED.

    Raises UsageError for an option's unknown name.
    """
    options = {"dtypes": dtypes, "fp32_precision": (fp32_precision,), "paths": paths, "mitigations": mitigations}
    options |= {"limit": limit, "device": device, "seed": seed, "expect": expect}
    return _made("batch", from_made((model, batch), "model"), **options)


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


def workers(loader: Any, *, workers: int = 2, epochs: int = 2, seed: int = 0) -> NumericsResult:
    """Whether the random streams of a loader's worker processes are distinct by worker and by epoch.

    ``loader``: a ``DataLoader``, or a data set. Some items of each worker are read in ``epochs`` epochs by ``workers``
    worker processes, and by none, with the loader's own ``worker_init_fn`` and ``collate_fn``. Streams are the global
    generators of torch, NumPy and Python, and those found on the data set, its transforms and in their modules.

    Verdict BITWISE where all that are drawn from are distinct, or none is; BUG with the stream, the workers and epochs
    that draw the same numbers; INCONCLUSIVE where items differ by a source that was not found; UNSUPPORTED where
    there are fewer items than workers.
    """
    is_loader = isinstance(loader, torch.utils.data.DataLoader)
    own = loader if is_loader else torch.utils.data.DataLoader(loader)
    subject = Subject(torch.nn.Identity(), None, type(own.dataset).__name__, loader=own)
    return _made("workers", subject, workers=workers, epochs=epochs, seed=seed)
