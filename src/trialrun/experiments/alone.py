"""Samples of a batch run through copies of a model alone and in batches of several sizes, and what differs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeAlias

import torch

from trialrun.evidence import batch_size as names
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.numerics import Verdict
from trialrun.experiments import batch_judging as judging
from trialrun.experiments.batch_measures import Measures, Yardstick, compare, equal_bits, yardstick
from trialrun.experiments.calls import ModelCall
from trialrun.experiments.double import Double
from trialrun.experiments.formats import DTYPES, spacing
from trialrun.experiments.randomness import States
from trialrun.experiments.rows import Axis
from trialrun.experiments.samples import Collated
from trialrun.experiments.subsets import Subsets, axes_of
from trialrun.experiments.twin import Twin, TwinError

Alter: TypeAlias = Callable[[torch.nn.Module], AbstractContextManager[object]]

PROBES = 4  # samples that are run alone, spread over the batch
SEED = 0  # of the signs of a change in the last place
_NAMES = {dtype: name for name, dtype in DTYPES.items()}


@dataclass(frozen=True)
class _Case:
    """One output for one size of batch, beside the samples alone."""

    output: int
    size: int
    dtype: str
    found: Measures
    flips: int
    verdict: Verdict

    @property
    def beyond(self) -> bool:
        return self.verdict is Verdict.BUG or self.flips > 0


class Asked:
    """Samples of ``batch`` in ``call``, alone and in batches; both raise TwinError where nothing can be told."""

    def __init__(self, call: ModelCall, batch: Collated, start: States) -> None:
        self._call, self._n = call, batch.samples
        self._subsets = Subsets(call, batch)
        self._own = Twin(call.module, start, None)
        self._exact = Twin(call.module, start, torch.float64)
        count = min(PROBES, self._n)
        self._probes = [round(number * (self._n - 1) / (count - 1)) for number in range(count)]
        self._axes: dict[int, Axis] = {}

    def record(self) -> ExperimentRecord:
        """What came of it."""
        model = type(self._call.module).__name__
        each = [self._run(self._own, [probe]) for probe in self._probes]
        whole = self._run(self._own, range(self._n))
        self._axes = axes_of(each[0], whole, self._n)
        self._axes = {key: axis for key, axis in self._axes.items() if whole[key].dtype in _NAMES}
        if not self._axes:
            raise TwinError(f"No output of {model} has an axis of {self._n} samples that is 1 for a sample alone")
        alone = self._stacked(each)
        exact = self._alone(self._exact)
        if any(tensor.dtype != torch.float64 for tensor in exact.values()):
            raise TwinError(f"{model} does not return float64 when its weights and inputs are")
        if any(exact[key].shape != rows.shape for key, rows in alone.items()):
            raise TwinError(f"In float64 an output of {model} has another shape")
        served = {self._n: {key: axis.rows(whole[key], self._n)[self._probes] for key, axis in self._axes.items()}}
        for size in (2, 4):
            if size < self._n and size <= len(self._probes):
                served[size] = self._rows(self._own, self._probes[:size])
        yards = {key: yardstick(rows, exact[key]) for key, rows in alone.items()}
        cases = _judged(served, alone, exact, yards)
        if any(case.beyond for case in cases):
            self._refuse_coupling()
            again = self._run(self._own, range(self._n))
            if not _same(whole, again):
                raise TwinError(f"{model} does not give the same output for the same batch")
            for moved in (self._alone(self._own, _altered(sign)) for sign in (1, -1)):
                yards = {key: yards[key].larger(yardstick(moved[key], alone[key])) for key in yards}
            cases = _judged(served, alone, exact, yards, perturbed=True)
        return self._told(model, cases, exact)

    def _told(self, model: str, cases: list[_Case], exact: dict[int, torch.Tensor]) -> ExperimentRecord:
        worst = max(cases, key=lambda case: (case.beyond, case.flips, case.found.err_path or 0.0))
        facts = {
            names.SAMPLES: float(self._n),
            names.PROBED: float(len(self._probes)),
            names.BEYOND: float(worst.beyond),
            names.SIZE: float(worst.size),
            names.ULP: worst.found.ulp_at_row_max,
            names.ERROR_ALONE: worst.found.err_ref or 0.0,
            names.ERROR: worst.found.err_path or 0.0,
            names.FLIPS: float(worst.flips),
        }
        for case in cases:
            if case.output == worst.output:
                facts[names.ulp_of(case.size)] = case.found.ulp_at_row_max
        words = {names.MODEL: model, names.DTYPE: worst.dtype, names.OUTPUT: str(worst.output)}
        if worst.beyond:
            facts[names.IN_FLOAT64], words[names.BY] = self._shown_in_float64(worst, exact[worst.output])
        return ExperimentRecord(names.NAME, where=self._call.where, facts=facts, words=words)

    def _shown_in_float64(self, worst: _Case, exact: torch.Tensor) -> tuple[float, str]:
        """How far the output moves in float64, and by what."""
        chosen, places = list(range(self._n)), self._probes
        if worst.size < self._n:
            chosen, places = self._probes[: worst.size], list(range(worst.size))
        rows = self._rows(self._exact, chosen)[worst.output][places]
        change = _largest(rows, exact[: len(rows)])
        if change <= judging.FP64_CHANGE:
            return change, names.PRECISION
        copies = self._rows(self._exact, [self._probes[0]] * worst.size)[worst.output]
        turned = _largest(copies, copies[:1].expand_as(copies))
        return change, names.POSITION if turned > judging.FP64_CHANGE else names.BATCH_SIZE

    def _refuse_coupling(self) -> None:
        """Raises TwinError where another sample's values move a probe's output: that is no matter of the size."""
        before = self._rows(self._exact, range(self._n))
        for donor in self._probes:
            for place in (self._probes[0], self._probes[-1]):
                chosen = [donor] * self._n
                chosen[place] = place
                after = self._rows(self._exact, chosen)
                for key, rows in before.items():
                    if _largest(after[key][place : place + 1], rows[place : place + 1]) > judging.FP64_CHANGE:
                        raise TwinError(f"In {type(self._call.module).__name__} samples depend on each other's values")

    def _rows(self, twin: Twin, chosen: Sequence[int]) -> dict[int, torch.Tensor]:
        outputs, size = self._run(twin, chosen), len(chosen)
        return {key: self._row(outputs, key, size) for key in self._axes}

    def _row(self, outputs: list[torch.Tensor], key: int, size: int) -> torch.Tensor:
        axis = self._axes[key]
        if key >= len(outputs) or outputs[key].ndim <= axis.axis or outputs[key].shape[axis.axis] != size:
            raise TwinError(f"The shape of an output of {type(self._call.module).__name__} is no matter of the samples")
        return axis.rows(outputs[key], size)

    def _alone(self, twin: Twin, alter: Alter | None = None) -> dict[int, torch.Tensor]:
        return self._stacked([self._run(twin, [probe], alter) for probe in self._probes])

    def _stacked(self, each: list[list[torch.Tensor]]) -> dict[int, torch.Tensor]:
        rows = {key: [self._row(outputs, key, 1) for outputs in each] for key in self._axes}
        if any(len({row.shape for row in held}) > 1 for held in rows.values()):
            raise TwinError(f"The shape of an output of {type(self._call.module).__name__} differs between samples")
        return {key: torch.cat(held) for key, held in rows.items()}

    def _run(self, twin: Twin, chosen: Sequence[int], alter: Alter | None = None) -> list[torch.Tensor]:
        watch = alter if alter is not None else _doubled if twin is self._exact else None
        try:
            args, kwargs = self._subsets.take(chosen)
        except RuntimeError as fault:  # layouts whose rows cannot be selected
            raise TwinError(f"Samples cannot be taken out of the batch: {str(fault).splitlines()[0]}") from None
        outputs = twin.run(args, kwargs, watch)
        if twin.drew:
            raise TwinError(f"{type(self._call.module).__name__} draws random numbers in eval mode as well")
        return outputs


def _doubled(_: torch.nn.Module) -> AbstractContextManager[object]:
    return Double()


def _altered(sign: int) -> Alter:
    """Changes the weights of a copy in their last place, up or down at random; ``sign`` -1: the other way."""

    def alter(copy: torch.nn.Module) -> AbstractContextManager[object]:
        generator = torch.Generator().manual_seed(SEED)
        for parameter in copy.parameters():
            if parameter.is_floating_point():
                ups = torch.randint(0, 2, parameter.shape, generator=generator).to(parameter.device) * 2 - 1
                last = sign * torch.finfo(parameter.dtype).eps
                parameter.data.mul_(1 + ups.to(parameter.dtype) * last)
        return nullcontext()

    return alter


def _judged(
    served: dict[int, dict[int, torch.Tensor]],
    alone: dict[int, torch.Tensor],
    exact: dict[int, torch.Tensor],
    yards: dict[int, Yardstick],
    perturbed: bool = False,
) -> list[_Case]:
    cases = []
    for size, outputs in served.items():
        for key, rows in outputs.items():
            reference, truth = alone[key][: len(rows)], exact[key][: len(rows)]
            if rows.shape != reference.shape:
                raise TwinError("The shape of an output follows the batch's size by more than its samples")
            found = compare(rows, reference, truth, logits=False)
            dtype = _NAMES[rows.dtype]
            judged = judging.case(found, dtype, yards[key], neighbours_matter=False, perturbed=perturbed)
            flips = _flips(rows, reference, truth, yards[key].absolute)
            cases.append(_Case(key, size, dtype, found, flips, judged.verdict))
    return cases


def _flips(path: torch.Tensor, reference: torch.Tensor, exact: torch.Tensor, error: float) -> int:
    """Rows along the last axis whose largest number is another one, unless what leads in float64 is as good as a tie.

    It is one where the lead is within what the precision errs by anyway, or a few ULP; ``error``: that of a sample.
    """
    if exact.ndim < 2 or exact.shape[-1] < 2 or not bool(path.isfinite().all() and exact.isfinite().all()):
        return 0
    first, second = exact.topk(2, dim=-1).values.unbind(-1)
    few = torch.maximum(
        judging.FEW_ULP * spacing(exact.abs().amax(-1), path.dtype),
        torch.tensor(judging.ALLOWED_EXCESS * error, dtype=torch.float64, device=exact.device),
    )
    other = path.argmax(-1) != reference.argmax(-1)
    return int((other & (first - second > few)).sum())


def _same(one: Sequence[torch.Tensor], other: Sequence[torch.Tensor]) -> bool:
    """Whether two runs gave the same bits."""
    return [tensor.shape for tensor in one] == [tensor.shape for tensor in other] and all(
        bool(equal_bits(a, b).all()) for a, b in zip(one, other, strict=True)
    )


def _largest(rows: torch.Tensor, reference: torch.Tensor) -> float:
    """The largest relative change of a row, in L2."""
    if rows.shape != reference.shape:
        return math.inf
    return yardstick(rows, reference).relative
