"""Findings in words: one sentence, one screen, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.evidence.numerics import Verdict
from trialrun.experiments import batch_judging as judging
from trialrun.numerics.batch_invariance.classes import written
from trialrun.numerics.batch_invariance.findings import Findings, Part
from trialrun.numerics.batch_invariance.mitigation_words import mitigation_lines

_DECLARED = "expect=('COUPLED',) or --expect coupled"
_MOST_NAMED = 6  # layers in one line


def reason(found: Findings, verdict: Verdict) -> str:
    """Why it is ``verdict``, with the numbers."""
    if found.bad_shape:
        return f"The shape of an output depends on the batch's size: {found.bad_shape}."
    change, size, by = found.by_size
    if verdict is Verdict.COUPLED:
        shown = [(one.coupling, f"{one.dtype} on the path {one.path}") for one in found.parts if one.coupled]
        shown.insert(0, (found.coupling if found.coupled else None, "float32" if found.no_exact else "float64"))
        seen, kind = next((seen, kind) for seen, kind in shown if seen is not None)
        place = seen.largest.place
        return (
            f"Other samples' values change a sample's output by {seen.largest.change:.2g} of its size in {kind}"
            f" (batch of {place.size}, position {place.position}, neighbours {place.neighbours}); rounding stays below"
            f" {seen.threshold:g}."
        )
    if change > judging.FP64_CHANGE:
        by = "its position in the batch" if by == "position" else "the batch's size"
        return (
            f"A sample's output changes by {change:.2g} of its size in float64 with {by} (a batch of {size} beside the"
            " sample alone), and not with its neighbours' values: that is no rounding."
        )
    if verdict is Verdict.INCONCLUSIVE and found.control is not None and not found.control.coupled:
        return (
            f"The planted defect was not caught: it moved outputs by {found.control.largest.change:.2g} of their size,"
            " too little to be seen."
        )
    if verdict is Verdict.BITWISE:
        compared = sum(one.n_samples for part in found.parts for one in part.compared)
        return f"All {compared} rows compared are bitwise equal to those of the sample alone, at {_sizes(found)}."
    return _worst_case(found, verdict)


def _worst_case(found: Findings, verdict: Verdict) -> str:
    for part in found.parts:
        if part.unsupported and verdict is Verdict.UNSUPPORTED:
            return f"{part.dtype} on the path {part.path}: {part.unsupported}"
    parts = [[(part, *one) for one in part.cases if one[1].verdict is verdict] for part in found.parts]
    held = next(one for one in parts if one)
    part, case, judged = max(held, key=lambda one: one[1].measures.ulp_at_row_max)
    what = "at most " if verdict is Verdict.ROUNDING else ""
    return (
        f"{sum(map(len, parts))} cases are {verdict.value}; {part.dtype} on the path {part.path}, batch of {case.size}:"
        f" {what}{case.measures.ulp_at_row_max:.3g} ULP at the row's maximum, {judged.reason}."
    )


def _sizes(found: Findings) -> str:
    return f"{len(found.sizes)} batch sizes up to {found.sizes[-1]}"


def summary(found: Findings) -> Iterator[str]:
    """One screen."""
    used = f"{found.pool} of its {found.samples}" if found.pool < found.samples else f"all {found.samples}"
    yield f"measured in {found.mode}, {_sizes(found)}, {used} samples"
    if found.dropout_off:
        yield f"dropout switched off: {_named(found.dropout_off)}"
    if found.not_alone:
        yield f"no sample can be served alone ({found.not_alone}): the reference is a batch of it twice"
    if found.left_out:
        yield f"not compared: {'; '.join(found.left_out)}"
    for part in found.parts:
        yield from _of_part(part)
    yield from mitigation_lines(found)
    if found.origins is not None:
        yield from _of_layers(found)
    if found.coupling is not None:
        seen = found.coupling
        kind = "float32, there is no float64 (" + found.no_exact + ")" if found.no_exact else "float64"
        yield (
            f"neighbours exchanged {seen.tried} times in {kind}: outputs change by at most"
            f" {seen.largest.change:.2g} of their size"
        )
    if found.begins is not None:
        yield f"samples first meet in {_layer(*found.begins)}"


def _of_part(part: Part) -> Iterator[str]:
    title = f"{part.dtype} {part.path}"
    if part.unsupported:
        yield f"{title}: {part.unsupported}"
        return
    measured = part.compared
    sizes = [size for one in part.classes for size in one]
    yield f"{title}: equal among each other: {written(part.classes, sizes)}"
    compared = sum(one.n_samples for one in measured)
    ratios = [one.err_ratio for one in measured if one.err_ratio is not None and one.frac_samples_bitwise < 1]
    flips = [one.argmax_flips for one in measured if one.argmax_flips is not None]
    yield (
        f"{title}: {part.equal_share:.0%} of {compared} rows bitwise equal to the sample alone; at most"
        f" {max(one.ulp_at_row_max for one in measured):.3g} ULP at the row's maximum"
        + (f"; error ratio up to {max(ratios):.3g}" if ratios else "")
        + (f"; argmax flips {sum(flips)}" if flips else "")
    )
    if part.refused:
        yield f"{title}: neighbours that the model refused: {_named([line.partition(':')[0] for line in part.refused])}"


def _of_layers(found: Findings) -> Iterator[str]:
    assert found.origins is not None
    originators = found.origins.originators()
    named = {layer.name for layer in originators}
    carriers = {
        layer.name: layer.cls for layer in found.origins.layers if layer.role == "carrier" and layer.name not in named
    }
    if originators:
        listed = [
            f"{_layer(one.name, one.cls)} {one.measures.ulp_at_row_max:.2g} ULP at {one.size}" for one in originators
        ]
        yield f"originate: {_named(listed)}"
    if carriers:
        yield f"only carry: {_named([_layer(name, cls) for name, cls in carriers.items()])}"
    if found.origins.not_replayed:
        listed = [f"{name or 'the model'} ({why})" for name, why in found.origins.not_replayed.items()]
        yield f"not replayed: {_named(listed[:2])}{' ...' if len(listed) > 2 else ''}"


def _layer(name: str, cls: str) -> str:
    return f"{name} ({cls})" if name else f"the model's own forward ({cls})"


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def advice(found: Findings, verdict: Verdict) -> str:
    """What to do, "" if nothing."""
    if verdict is Verdict.COUPLED:
        cls = found.begins[1] if found.begins else ""
        if "BatchNorm" in cls:
            return f"Serve it in evaluation mode, model.eval(). In training it is BatchNorm's way: {_DECLARED}."
        return (
            f"Where it is meant (a contrastive loss, experts with a capacity), declare it: {_DECLARED}. Else"
            " compute what is taken over the batch (a scale, a mean, a capacity) for each sample."
        )
    if verdict is Verdict.BUG:
        return "Look for x.shape[0], len(batch), an index along the batch's axis, or a squeeze() in the forward."
    if verdict is Verdict.ROUNDING:
        part = next(part for part in found.parts if Verdict.ROUNDING in part.verdicts)
        largest = max(case.measures.ulp_at_row_max for case, _ in part.cases)
        sizes = [size for one in part.classes for size in one]
        best = max(part.classes, key=len)
        tolerance = f"{max(2 * largest, 1):.3g} ULP at the row's maximum"
        padding = f" For equal bits, pad every batch to a size of one class: {written([best], sizes)}."
        return (
            f"Compare {part.dtype} outputs with a tolerance of {tolerance}.{padding if len(best) < len(sizes) else ''}"
        )
    if found.control is not None and not found.control.coupled:
        return "Hand over inputs and weights for which the outputs are not the same for every sample."
    if verdict is Verdict.INCONCLUSIVE:
        return "Measure in fp32 or fp64 (dtypes=), where a defect stands out from rounding."
    return ""
