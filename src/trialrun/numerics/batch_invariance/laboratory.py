"""The measurements of one subject: the copies they are made on, in which order, and what each leaves."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from trialrun.evidence.numerics import Options, Verdict
from trialrun.experiments import batch_judging as judging
from trialrun.experiments.batch_judging import Judged
from trialrun.experiments.batch_measures import Yardstick, yardstick
from trialrun.experiments.formats import DTYPES
from trialrun.numerics import samples
from trialrun.numerics.batch_invariance import coupling as couplings
from trialrun.numerics.batch_invariance import grid
from trialrun.numerics.batch_invariance.beginning import beginning
from trialrun.numerics.batch_invariance.classes import classes
from trialrun.numerics.batch_invariance.control import COARSE_SHARE, SHARE, planted
from trialrun.numerics.batch_invariance.costs import costs
from trialrun.numerics.batch_invariance.coupling import Coupling, Rows
from trialrun.numerics.batch_invariance.findings import Findings, Mitigated, Part
from trialrun.numerics.batch_invariance.measuring import Bench, Case, measure, perturbed, rows_like, rows_of
from trialrun.numerics.batch_invariance.mitigations import Ground, Mitigation, mitigations
from trialrun.numerics.batch_invariance.originators import origins
from trialrun.numerics.batch_invariance.outputs import Layout, ShapeError, layout
from trialrun.numerics.batch_invariance.paths import PATHS
from trialrun.numerics.batch_invariance.precision import eps
from trialrun.numerics.batch_invariance.reference import cast, exact
from trialrun.numerics.dropout import switch_off
from trialrun.numerics.subject import Subject, UnsupportedError, call


class Laboratory:
    """What all measurements share: a copy of the model, dropout off, on the device, and the bench of samples."""

    def __init__(self, subject: Subject, options: Options) -> None:
        self._options = options
        copied = subject.copy()
        count = samples.count(copied.batch) or 0
        if count < 2 or options.limit < 2:
            what = f"a batch of {count} sample{'' if count == 1 else 's'}"
            raise UnsupportedError(
                f"{what} and a limit of {options.limit}: a sample needs neighbours, hand over 2 samples or more (8 are"
                " better) and a limit of at least 2"
            )
        module = copied.module
        mode = _mode(module)
        off = switch_off(module) if module is not None else []
        self._model: Callable[..., Any] = module.to(options.device) if module is not None else copied.model
        batch = samples.moved(copied.batch, options.device)
        self._bench = Bench(batch, min(count, grid.POOL), options.limit, options.seed)
        self._found = Findings(mode, count, self._bench.pool, grid.sizes(options.limit), off)
        self._layout: Layout
        self._exact: list[torch.Tensor] | None = None

    def measured(self) -> Findings:
        """Measures everything.

        Raises UnsupportedError where nothing can be compared.
        """
        found = self._found
        try:
            rows = self._looked_at()
            exact_rows = self._in_float64()
            self._couple(exact_rows or rows)
            if exact_rows is not None and not found.coupled:
                self._follow_size(exact_rows)
            for path in self._options.paths:
                found.parts += [self._part(path, dtype) for dtype in self._options.dtypes]
            if self._options.mitigations and found.coupled:
                found.not_mitigated = "not measured: they mend rounding, and here samples influence each other"
            elif self._options.mitigations:
                found.mitigated = [one for dtype in self._options.dtypes for one in self._mitigate(dtype)]
            if isinstance(self._model, torch.nn.Module) and not found.coupled and not found.not_alone:
                self._find_origins(self._model)
        except ShapeError as error:
            found.bad_shape = str(error)
        return found

    def _looked_at(self) -> Rows:
        """The model as it was handed over: its outputs, whether it repeats itself, the smallest batch that it takes."""
        found, run = self._found, _eager(self._model)
        self._layout = layout(run, self._bench.batch)
        found.outputs, found.left_out = tuple(self._layout.axes), self._layout.left_out
        rows = rows_of(run, self._layout)
        size = min(grid.ANCHORS, self._options.limit)
        chosen = samples.take(self._bench.batch, [place % self._bench.pool for place in range(size)])
        if not _repeats(rows(samples.copied(chosen), size), rows(samples.copied(chosen), size)):
            raise UnsupportedError(
                "the model does not repeat itself on one batch: it draws random numbers or keeps a state, and what"
                " differs between batches cannot be told from that. Hand it over in evaluation mode, or the part of it"
                " in front of the draw"
            )
        try:
            rows(samples.take(self._bench.batch, [0]), 1)
        except UnsupportedError as refusal:
            found.not_alone, found.reference_size = str(refusal), 2
            self._bench = replace(self._bench, reference_size=2)
        return rows

    def _in_float64(self) -> Rows | None:
        example = samples.take(self._bench.batch, [0, 1])
        try:
            run = exact(copy.deepcopy(self._model), example)
            rows = rows_of(run, self._layout)
            self._exact = self._bench.in_dtype(torch.float64).alone(rows)
        except UnsupportedError as refusal:
            self._found.no_exact = str(refusal)
            return None
        return rows

    def _couple(self, rows: Rows) -> None:
        """Exchanges neighbours, in float64 where there is one, and of the planted defect too."""
        found, has_exact = self._found, self._exact is not None
        bench = self._bench.in_dtype(torch.float64) if has_exact else self._bench
        threshold = judging.CHANGES["fp64" if has_exact else "fp32"]
        limit = self._options.limit
        found.coupling = couplings.coupling(rows, bench.batch, bench.pool, limit, threshold, bench.generator())
        control = planted(rows, SHARE if has_exact else COARSE_SHARE)
        few = min(limit, grid.ANCHORS)
        found.control = couplings.coupling(control, bench.batch, bench.pool, few, threshold, bench.generator())
        if found.coupled and isinstance(self._model, torch.nn.Module):
            model = copy.deepcopy(self._model)
            run = exact(model, bench.batch) if has_exact else _eager(model)
            found.begins = beginning(model, run, found.coupling.largest, threshold)

    def _follow_size(self, rows: Rows) -> None:
        """By how much a sample's output changes in float64 with the batch's size, or with its position in it."""
        assert self._exact is not None
        bench, change = self._bench.in_dtype(torch.float64), (0.0, 0)
        for size in grid.sizes(bench.limit):
            if size >= bench.reference_size:
                served = bench.at_anchors(rows, size)
                change = max(change, (_largest([each[bench.anchors] for each in self._exact], served), size))
        if change[0] <= judging.FP64_CHANGE:
            self._found.by_size = (*change, "size")
            return
        moved = perturbed(bench, lambda alter: self._altered("fp64", alter), torch.finfo(torch.float64).eps)
        natural = judging.ALLOWED_EXCESS * max(_largest(self._exact, one) for one in moved)
        copies = rows(samples.take(bench.batch, [0] * change[1]), change[1])
        turned = _largest([each[:1].expand_as(each) for each in copies], copies)
        by = "position" if turned > judging.FP64_CHANGE else "size"
        self._found.by_size = (*change, by) if change[0] > natural else (0.0, change[1], by)

    def _altered(self, dtype: str, alter: Callable[[torch.Tensor], torch.Tensor]) -> Rows:
        model = cast(copy.deepcopy(self._model), dtype)
        if isinstance(model, torch.nn.Module):
            for parameter in model.parameters():
                parameter.copy_(alter(parameter))
        run = exact(model, samples.take(self._bench.batch, [0, 1])) if dtype == "fp64" else _eager(model)
        return rows_of(run, self._layout)

    def _part(self, path: str, dtype: str) -> Part:
        try:
            return self._measured_part(path, dtype)
        except UnsupportedError as refusal:
            return Part(path, dtype, unsupported=str(refusal))

    def _measured_part(self, path: str, dtype: str) -> Part:
        bench = self._bench.in_dtype(DTYPES[dtype])
        model = cast(copy.deepcopy(self._model), dtype)
        eager = rows_of(_eager(model), self._layout)
        reference = bench.alone(eager)
        rows = eager
        if path != "eager":
            example = samples.take(bench.batch, [0, 1])
            run = PATHS[path].prepare(cast(copy.deepcopy(self._model), dtype), example)
            rows = rows_like(run, bench, self._layout)
        return self._judged_part(path, dtype, rows, reference)

    def _mitigate(self, dtype: str) -> list[Mitigated]:
        """Every mitigation beside the sample alone that is served in the same way."""
        bench = self._bench.in_dtype(DTYPES[dtype])
        plain = rows_of(_eager(cast(copy.deepcopy(self._model), dtype)), self._layout)
        ground = Ground(lambda: cast(copy.deepcopy(self._model), dtype), plain, self._layout, bench, dtype)
        return [self._mitigated(one, ground) for one in mitigations(dtype, bench.limit, self._options.paths)]

    def _mitigated(self, one: Mitigation, ground: Ground) -> Mitigated:
        try:
            rows = one.prepare(ground)
            part = self._judged_part(one.name, ground.dtype, rows, ground.bench.alone(rows))
            return Mitigated(one.says, part, tuple(costs(ground.plain, rows, ground.bench)))
        except (UnsupportedError, ShapeError) as refusal:
            return Mitigated(one.says, Part(one.name, ground.dtype, unsupported=str(refusal)))

    def _judged_part(self, path: str, dtype: str, rows: Rows, reference: list[torch.Tensor]) -> Part:
        """``rows`` over the grid, beside ``reference``: each output of every sample alone."""
        bench = self._bench.in_dtype(DTYPES[dtype])
        names = list(self._layout.axes)
        seen = None if self._found.coupled else self._coupling_in(rows, bench, dtype)
        measured = measure(bench, rows, names, reference, self._exact)
        yards = self._yardsticks(reference)
        coupled = seen is not None and seen.coupled
        cases = self._judged(measured.cases, dtype, yards, coupled)
        if any(judged.verdict is Verdict.BUG for _, judged in cases):
            last = eps(DTYPES[dtype], self._options.fp32_precision[0])
            moved = perturbed(bench, lambda alter: self._altered(dtype, alter), last)
            for name, outputs in zip(names, zip(reference, *moved, strict=True), strict=True):
                for output in outputs[1:]:
                    yards[name] = yards[name].larger(yardstick(output, outputs[0]))
            cases = self._judged(measured.cases, dtype, yards, coupled, perturbed=True)
        return Part(path, dtype, tuple(cases), tuple(classes(measured.anchors)), measured.refused, coupling=seen)

    def _coupling_in(self, rows: Rows, bench: Bench, dtype: str) -> Coupling:
        """Exchanges neighbours once more on this path in this dtype: float64 cannot show what is done below it only."""
        threshold = judging.CHANGES[dtype]
        few = min(bench.limit, grid.ANCHORS)
        return couplings.coupling(rows, bench.batch, bench.pool, few, threshold, bench.generator())

    def _yardsticks(self, reference: list[torch.Tensor]) -> dict[str, Yardstick]:
        if self._exact is None:
            return {}
        pairs = zip(self._layout.axes, reference, self._exact, strict=True)
        return {name: yardstick(one, other) for name, one, other in pairs}

    def _judged(
        self, cases: list[Case], dtype: str, yards: dict[str, Yardstick], coupled: bool, perturbed: bool = False
    ) -> list[tuple[Case, Judged]]:
        found = self._found
        return [
            (
                case,
                judging.case(
                    case.measures,
                    dtype,
                    yards.get(case.output),
                    neighbours_matter=coupled or found.coupled,
                    perturbed=perturbed,
                    no_exact=found.no_exact,
                ),
            )
            for case in cases
        ]

    def _find_origins(self, module: torch.nn.Module) -> None:
        dtype = "fp32" if "fp32" in self._options.dtypes else self._options.dtypes[0]
        self._found.origins_dtype = dtype
        model = copy.deepcopy(module)
        cast(model, dtype)
        bench = self._bench.in_dtype(DTYPES[dtype])
        sizes = [size for size in grid.sizes(bench.limit) if size > 1]
        try:
            self._found.origins = origins(model, _eager(model), bench.batch, bench.anchors, sizes)
        except UnsupportedError:  # this dtype cannot be run: its part says why
            return


def _eager(model: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda batch: call(model, batch)


def _mode(module: torch.nn.Module | None) -> str:
    if module is None:
        return "a function, without modes"
    modes = {part.training for part in module.modules()}
    return "both modes, by its parts" if len(modes) > 1 else "training mode" if modes == {True} else "evaluation mode"


def _largest(one: list[torch.Tensor], other: list[torch.Tensor]) -> float:
    """The largest change of any row."""
    return max(
        couplings.relative_change(a, b, row) for a, b in zip(one, other, strict=True) for row in range(a.shape[0])
    )


def _repeats(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    """Whether two runs on the same batch gave the same bits."""
    return all(
        a.shape == b.shape and torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in zip(one, other, strict=True)
    )
