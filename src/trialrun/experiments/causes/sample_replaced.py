"""Does the output for one sample depend on another one of the batch? A copy of the model is asked, in eval mode."""

from __future__ import annotations

from typing import Any

import torch

from trialrun.evidence import sample_replaced as names
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.experiments import randomness
from trialrun.experiments.calls import ModelCall, ModelCalls
from trialrun.experiments.coupling import Comparison, Course, Origin
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.plan import Variant
from trialrun.experiments.samples import Collated, Leak, Swap, collated, leak, proven_samples
from trialrun.experiments.twin import Twin, TwinError

TOLERANCE = 1e-6  # of the output's spread, in double precision, where other rows agree to the last bits
COARSE = 1e-3  # the same in the program's own precision
FEWEST = 2  # samples
_UNPROVEN = "No loader's default collation shows which axis of a batch its samples are along."


class SampleReplaced:
    """One run of the window to see how the models are called; then two forwards of a copy of each."""

    name = names.NAME

    def suspicion(self, lab: Laboratory) -> str | None:
        return ""

    def run(self, lab: Laboratory) -> Run:
        if lab.setting.compiled:
            raise NotToBeRunError("The program compiles its model.")
        proven = proven_samples(lab.evidence.batch)
        if not proven:
            raise NotToBeRunError(_UNPROVEN)
        calls = ModelCalls(lab.setting.position)
        yield Variant(fresh=True, changes=(calls,))
        kept, calls.kept = list(calls.kept.values()), {}
        batch = collated(lab.setting.window, proven, ((call.args, call.kwargs) for call in kept))
        if batch is None:
            raise NotToBeRunError(_UNPROVEN)
        if batch.samples < FEWEST:
            raise NotToBeRunError("The batch holds a single sample.")
        answers = [_answer(lab, call, batch) for call in kept]
        kept.clear()
        records = [answer for answer in answers if isinstance(answer, ExperimentRecord)]
        if not records:
            reasons = [f"{answer}." for answer in answers if isinstance(answer, str)]
            raise NotToBeRunError(reasons[0] if reasons else "No module is called in the repeated window.")
        return max(records, key=lambda record: record.facts[names.MOVED])


def _answer(lab: Laboratory, call: ModelCall, batch: Collated) -> ExperimentRecord | str:
    """What :func:`_asked` found, or why it found nothing."""
    try:
        return _asked(lab, call, batch)
    except TwinError as reason:
        return str(reason)


def _asked(lab: Laboratory, call: ModelCall, batch: Collated) -> ExperimentRecord:
    """Whether samples of ``batch`` leak in this model; raises TwinError where that cannot be told."""
    model = type(call.module).__name__
    swap = Swap()
    args, kwargs = swap.of((call.args, call.kwargs), batch)
    if not swap.changed:
        raise TwinError(f"No input of {model} is known to be the loader's batch of {batch.samples} samples")
    start = randomness.states(lab.setting.now.reach.generators)
    try:
        twin, tolerance = Twin(call.module, start, torch.float64), TOLERANCE
        before = twin.run(call.args, call.kwargs)
    except TwinError:  # forwards that make or cast tensors of a type of their own
        twin, tolerance = Twin(call.module, start, None), COARSE
        before = twin.run(call.args, call.kwargs)
    drew = twin.drew
    after = twin.run(args, kwargs)
    found = _worst(before, after, batch.samples, tolerance)
    if found is None:
        raise TwinError(f"No output of {model} has an axis of {batch.samples} samples, and one alone")
    facts = {names.SAMPLES: float(batch.samples), names.MOVED: 0.0, names.TOLERANCE: tolerance}
    index, leaked = found
    if not leaked.moved:
        if not leaked.own:
            raise TwinError(f"In eval mode the output of {model} does not depend on the sample that was replaced")
        return ExperimentRecord(names.NAME, facts=facts, words={names.MODEL: model})
    if drew or twin.drew:
        raise TwinError(f"{model} draws random numbers in eval mode as well, and may draw others for another sample")
    course = Course()
    again = twin.run(call.args, call.kwargs, course.watch)
    if any(_leaks(one, other, batch.samples, tolerance) for one, other in zip(before, again, strict=True)):
        raise TwinError(f"{model} does not give the same output for the same batch")
    origin = _origin(lab, call, course, batch, twin, (args, kwargs), index)
    return ExperimentRecord(
        names.NAME,
        where=origin.where if origin else call.where,
        facts={**facts, names.MOVED: float(leaked.moved), names.LARGEST: leaked.largest},
        words={names.MODEL: model, **(_described(origin) if origin else {})},
    )


def _worst(
    before: list[torch.Tensor], after: list[torch.Tensor], samples: int, tolerance: float
) -> tuple[int, Leak] | None:
    if [tensor.shape for tensor in before] != [tensor.shape for tensor in after]:
        raise TwinError("With another sample in its place the outputs have other shapes")
    seen = [
        (index, found)
        for index, (one, other) in enumerate(zip(before, after, strict=True))
        if (found := leak(one, other, samples, tolerance)) is not None
    ]
    return max(seen, key=lambda pair: (pair[1].moved, pair[1].own), default=None)


def _leaks(one: torch.Tensor, other: torch.Tensor, samples: int, tolerance: float) -> bool:
    found = leak(one, other, samples, tolerance)
    return found is not None and bool(found.moved or found.own)


def _origin(
    lab: Laboratory, call: ModelCall, course: Course, batch: Collated, twin: Twin, inputs: tuple[Any, Any], index: int
) -> Origin | None:
    """The operation that mixes the samples; None where the results are too large to be kept."""
    if not course.whole:
        return None
    comparison = Comparison(course, batch.samples, lab.setting.position, call.where)
    outputs = twin.run(inputs[0], inputs[1], comparison.watch)
    if comparison.astray:
        raise TwinError("With another sample in its place the model runs other operations")
    return comparison.origin_of(outputs[index])


def _described(origin: Origin) -> dict[str, str]:
    return {
        names.OPERATION: origin.operation,
        names.MODULE: origin.module,
        names.CLASS: origin.cls,
        names.INPUT: str(origin.input_shape),
        names.RESULT: str(origin.shape),
        names.KIND: origin.kind,
    }
