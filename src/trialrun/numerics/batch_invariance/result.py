"""Findings as a result: the verdict of all, one screen of words, facts, and the lines of the CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.evidence.numerics_columns import case_row
from trialrun.experiments import batch_judging as judging
from trialrun.numerics.batch_invariance.findings import Findings, Part
from trialrun.numerics.batch_invariance.measuring import ANY, Case
from trialrun.numerics.batch_invariance.words import advice, reason, summary


def result_of(found: Findings, target: str, options: Options) -> NumericsResult:
    """The result of the experiment ``batch`` on ``target``."""
    verdict = _verdict(found)
    caught = _control(found)
    return NumericsResult(
        "batch",
        target,
        verdict,
        reason(found, verdict),
        tuple(summary(found)),
        advice(found, verdict),
        control=caught,
        facts=_facts(found),
        rows=tuple(_rows(found, target, options, caught)),
    )


def _verdict(found: Findings) -> Verdict:
    if found.bad_shape:
        return Verdict.BUG
    verdicts = [verdict for part in found.parts for verdict in part.verdicts]
    if found.by_size[0] > judging.FP64_CHANGE:
        verdicts.append(Verdict.BUG)
    caught = found.control is not None and found.control.coupled
    return judging.overall(verdicts, found.coupled, caught)


def _control(found: Findings) -> str:
    if found.control is None:
        return ""
    seen = found.control
    word = "caught" if seen.coupled else "missed"
    return f"{word}: a planted share of the batch's mean moves outputs by {seen.largest.change:.2g} of their size"


def _facts(found: Findings) -> dict[str, Any]:
    """Figures by part, and those of the first part, which a check goes by, at the top."""
    facts: dict[str, Any] = {
        "mode": found.mode,
        "samples": found.samples,
        "sizes": list(found.sizes),
        "outputs": list(found.outputs),
        "left_out": list(found.left_out),
        "dropout_off": found.dropout_off,
        "reference_size": found.reference_size,
        "no_fp64": found.no_exact,
        "parts": [_part_facts(part) for part in found.parts],
        "mitigations": [
            {"says": one.says, **_part_facts(one.part), "costs": [asdict(cost) for cost in one.costs]}
            for one in found.mitigated
        ],
        "change_by_size": found.by_size[0],
        "originators": [],
    }
    if facts["parts"]:
        facts |= {name: facts["parts"][0][name] for name in ("argmax_flips", "frac_samples_bitwise", "ulp_at_row_max")}
    if found.coupling is not None:
        seen = found.coupling
        facts["coupling"] = {
            "change": seen.largest.change,
            "threshold": seen.threshold,
            "exchanges": seen.tried,
            "batch_size": seen.largest.place.size,
            "position": seen.largest.place.position,
            "neighbours": seen.largest.place.neighbours,
            "begins": list(found.begins or ()),
            "refused": list(seen.refused),
        }
    if found.origins is not None:
        facts["originators"] = [
            {"layer": one.name, "cls": one.cls, "batch_size": one.size, "ulp_at_row_max": one.measures.ulp_at_row_max}
            for one in found.origins.originators()
        ]
        facts["not_replayed"] = found.origins.not_replayed
    return facts


def _part_facts(part: Part) -> dict[str, Any]:
    measured = part.compared
    compared = sum(one.n_samples for one in measured)
    ratios = [one.err_ratio for one in measured if one.err_ratio is not None and one.frac_samples_bitwise < 1]
    return {
        "path": part.path,
        "dtype": part.dtype,
        "unsupported": part.unsupported,
        "classes": [list(sizes) for sizes in part.classes],
        "samples_compared": compared,
        "frac_samples_bitwise": part.equal_share,
        "ulp_at_row_max": max((one.ulp_at_row_max for one in measured), default=None),
        "err_ratio": max(ratios, default=None),
        "argmax_flips": sum(one.argmax_flips or 0 for one in measured),
        "verdicts": sorted({judged.verdict.value for _, judged in part.cases}),
    }


def _rows(found: Findings, target: str, options: Options, caught: str) -> Iterator[dict[str, Any]]:
    shared = {
        "test": "batch",
        "target": target,
        "device": options.device,
        "fp32_precision": options.fp32_precision[0],
        "ref_batch_size": found.reference_size,
        "negative_control": caught.partition(":")[0],
    }
    if found.bad_shape:
        yield case_row(**shared, verdict=Verdict.BUG.value, reason=found.bad_shape)
    for part in (*found.parts, *(one.with_throughput() for one in found.mitigated)):
        yield from _part_rows(part, shared)
    for layer in found.origins.layers if found.origins is not None else ():
        yield case_row(
            **shared,
            path="eager",
            dtype=found.origins_dtype,
            batch_size=layer.size,
            position=ANY,
            neighbours="random",
            layer=f"{layer.name or '(model)'}:{layer.cls}",
            role=layer.role or None,
            **layer.measures.columns(),
        )


def _part_rows(part: Part, shared: dict[str, Any]) -> Iterator[dict[str, Any]]:
    own = {**shared, "path": part.path, "dtype": part.dtype}
    if part.unsupported:
        yield case_row(**own, verdict=Verdict.UNSUPPORTED.value, reason=part.unsupported)
    for case, judged in part.cases:
        yield case_row(
            **own,
            **_case_columns(case),
            class_id=_class_of(part, case.size),
            verdict=judged.verdict.value,
            reason=judged.reason,
        )


def _case_columns(case: Case) -> dict[str, Any]:
    return {
        "batch_size": case.size,
        "position": case.position,
        "neighbours": case.neighbours,
        "layer": case.output,
        "role": "output",
        "throughput_per_s": case.throughput_per_s,
        **case.measures.columns(),
    }


def _class_of(part: Part, size: int) -> int | None:
    return next((number for number, sizes in enumerate(part.classes) if size in sizes), None)
