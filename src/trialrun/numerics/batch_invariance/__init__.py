"""Is a sample's output independent of the batch it is in? The experiment ``batch``.

It heeds ``dtypes``, the first of ``fp32_precision``, ``paths``, ``mitigations``, ``device``, ``limit`` (largest
batch size), ``seed``.
"""

from __future__ import annotations

import torch

from trialrun import _torch
from trialrun.errors import UsageError
from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.evidence.numerics_columns import case_row
from trialrun.experiments.formats import DTYPES
from trialrun.numerics.batch_invariance.laboratory import Laboratory
from trialrun.numerics.batch_invariance.paths import PATHS
from trialrun.numerics.batch_invariance.precision import PRECISIONS, why_not
from trialrun.numerics.batch_invariance.result import result_of
from trialrun.numerics.subject import Subject
from trialrun.numerics.surroundings import undisturbed


def experiment(subject: Subject, options: Options) -> NumericsResult:
    """Measures ``subject.model`` over the grid, in the mode it is handed over in; dropout is switched off.

    Raises:
        UnsupportedError: nothing can be compared: a batch of one sample, outputs that are not one for each sample, a
            model that does not repeat itself.
        UsageError: an option names a dtype, precision or path that there is not.
    """
    for given, known, what in (
        (options.dtypes, DTYPES, "dtypes"),
        (options.fp32_precision, PRECISIONS, "fp32_precision"),
        (options.paths, PATHS, "paths"),
    ):
        unknown = [name for name in given if name not in known]
        if unknown or not given:
            raise UsageError(f"{what}={given!r}: there is {', '.join(known)}.")
    precision = options.fp32_precision[0]
    device_type, compiles = options.device.split(":")[0], "compile" in options.paths
    with (
        undisturbed(),
        torch.no_grad(),
        _torch.compiler(compiles),
        _torch.fp32_precision(precision, device_type) as told,
    ):
        refusal = why_not(precision, options.device, told)
        if refusal:
            row = case_row(test="batch", target=subject.name, device=options.device, fp32_precision=precision)
            row |= {"verdict": Verdict.UNSUPPORTED.value, "reason": refusal}
            return NumericsResult("batch", subject.name, Verdict.UNSUPPORTED, refusal, rows=(row,))
        return result_of(Laboratory(subject, options).measured(), subject.name, options)
