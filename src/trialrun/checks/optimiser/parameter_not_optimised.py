"""Trainable parameters get gradients, but no optimiser holds them.

## Why is this bad?

They keep their initial values while everything around them learns. Mostly the optimiser was built before the layer (a
head replaced afterwards, a lazily created layer), or was given the parameters of one part of the model only.

## Fix

Build the optimiser after the model is complete, from `model.parameters()`, or add the new layers with
`optimizer.add_param_group(...)`. If they are to stay fixed, say so: `layer.requires_grad_(False)`.

## Limits

All optimisers and all steps count, hand-written updates too. A part that is frozen by leaving it out of the optimiser
(a linear probe that forgot `requires_grad_(False)`) looks the same: an error only for parameters made after the
optimiser was built, or where all that the optimisers hold gets no gradient, so that one batch, repeated, is learnt only
if these are updated, too; and only in a model whose other parameters are optimised, when nothing in the program could
add them later or change them by hand. Where it does that to some (`add_param_group`, a gradient that is set, a step by
a gradient in place), and for parameters with loaded weights, it is a note; leaves of no module (PINN and FGSM
inputs) and models of which nothing is optimised (teachers, perceptual losses, a worker's copy or a scored candidate
that is built like the model that is trained) are passed over, as are optimisers that step without any backward, and
parts that a loop which the rehearsal cut, and which builds an optimiser for one part after the other, may come to.

## References

PyTorch documentation, `torch.optim`, "Constructing it".
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.absence import JOINING, OPTIMISING, changed_by_hand, could_refute, mentioned
from trialrun.checks.base import Check
from trialrun.checks.replaying import verified_by
from trialrun.checks.wording import count, names, optimiser_name, unreached
from trialrun.evidence import Evidence
from trialrun.evidence.left_out import left_out, needed
from trialrun.evidence.model import OptimiserRecord, ParameterRecord
from trialrun.evidence.place import Where
from trialrun.evidence.replays import INCLUDED_PARAMETERS
from trialrun.findings.finding import Finding, Severity


class ParameterNotOptimised(Check):
    code = "OPT501"
    slug = "parameter-not-optimised"
    severity = Severity.ERROR
    needs = ("parameter", "optimiser")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        if not any(record.steps > 0 for record in evidence.optimiser):
            return
        groups: dict[tuple[str, bool, bool], list[ParameterRecord]] = {}
        for parameter in evidence.parameter:
            if left_out(parameter):
                kind = (parameter.root, parameter.created_after_optimiser, parameter.loaded)
                groups.setdefault(kind, []).append(parameter)
        doubts = could_refute(evidence, OPTIMISING) if groups else ()
        for (root, late, loaded), parameters in groups.items():
            optimised = [p for p in evidence.parameter if p.root == root and p.optimisers]
            optimiser = _nearest(evidence, optimised)
            if optimiser.id < 0 or (not optimised and (loaded or not optimiser.foreign)):
                continue  # updates by hand choose their tensors each time; a model that nothing optimises is a judge
            if (optimised and _another_whole(evidence, root, parameters, optimised)) or _dry(evidence, optimiser):
                continue
            sure = (
                (late or needed(evidence))
                and bool(optimised)
                and not (loaded or doubts)
                and not mentioned(evidence, JOINING)
            )
            if not sure and _in_turn(evidence, optimised):
                continue
            modules = sorted({f"{root}.{p.module}" if p.module else root for p in parameters})
            elements = sum(parameter.numel for parameter in parameters)
            message = (
                f"{optimiser_name(optimiser)} leaves out {names(modules)}: {count(len(parameters), 'parameter')} "
                f"({count(elements, 'weight')}) got gradients in up to "
                f"{count(max(p.reached for p in parameters), 'backward')} and never changed, while "
                f"{len(optimised)} other parameters of {root} are optimised."
            )
            if late:
                message += " They were made after the optimiser was built."
            if doubts:
                message += " " + unreached(doubts)
            later = bool(optimised) and not sure and changed_by_hand(evidence)
            severity = Severity.ERROR if sure else Severity.NOTE if loaded or later else Severity.WARNING
            yield self.finding(
                message,
                "Build the optimiser after the model is complete, or add them with optimizer.add_param_group(...)."
                + ("" if sure else " If they are meant to stay fixed, call requires_grad_(False) on them."),
                where=optimiser.where,
                severity=severity,
                measured={
                    "parameters": [f"{root}.{p.name}" for p in parameters],
                    "weights": elements,
                    "optimised_parameters": len(optimised),
                    "created_after_optimiser": late,
                    "loaded": loaded,
                },
                expected="every parameter that gets a gradient is in an optimiser, or does not require one",
                verified=None if loaded else verified_by(evidence, INCLUDED_PARAMETERS),
                explained_by=("OPT502",),
            )


def _another_whole(
    evidence: Evidence, root: str, left_out: list[ParameterRecord], optimised: list[ParameterRecord]
) -> bool:
    """Whether ``left_out`` are whole models built like the one that is trained: a worker's copy, a scored candidate."""
    every = {parameter.name for parameter in evidence.parameter if parameter.root == root}
    return {p.name for p in left_out} == {p.name for p in optimised if p.changed} == every


def _in_turn(evidence: Evidence, optimised: list[ParameterRecord]) -> bool:
    """Whether a loop that was cut builds an optimiser for one part after the other, so that others have their turn."""
    cut = {loop.where for loop in evidence.loop if loop.cut or loop.jumped}
    held: dict[Where | None, set[frozenset[str]]] = {}
    for optimiser in evidence.optimiser:
        if cut.intersection(optimiser.built_in):
            names_held = frozenset(p.name for p in optimised if optimiser.id in p.optimisers)
            held.setdefault(optimiser.where, set()).add(names_held)
    return any(len(parts - {frozenset()}) > 1 for parts in held.values())


def _dry(evidence: Evidence, optimiser: OptimiserRecord) -> bool:
    """Whether its steps came without any backward: they draw a schedule."""
    updates = [update for update in evidence.update if update.optimiser == optimiser.id]
    return bool(updates) and not any(update.backwards for update in updates)


def _nearest(evidence: Evidence, optimised: list[ParameterRecord]) -> OptimiserRecord:
    """The optimiser that holds most of the same model, else the first one."""
    held = [identity for parameter in optimised for identity in parameter.optimisers]
    return max(evidence.optimiser, key=lambda record: (held.count(record.id), record.steps))
