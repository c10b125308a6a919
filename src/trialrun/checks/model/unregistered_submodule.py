"""A layer is used in forward but is not registered in the model, so no optimiser can find it.

## Why is this bad?

`nn.Module` registers a layer when it is assigned to an attribute. A layer in a plain Python list, tuple or dict is
called like any other, but `model.parameters()` does not yield it: the optimiser never changes it, `model.to(device)`
leaves it behind, `state_dict()` does not save it, and `model.eval()` does not reach it. The model trains around a
layer that keeps its random initial weights.

## Fix

Hold the layers in `nn.ModuleList`, `nn.ModuleDict` or `nn.Sequential`, and build the optimiser after that.

## Limits

A frozen teacher or a feature extractor is kept in a list on purpose, so that the student's `state_dict()` does not
hold it: it is in eval mode, or loaded, or gets no gradient, and is passed over. The finding is an error only when the
layer is trainable and in train mode, got gradients in two steps or more, no optimiser holds it, its weights did not
change, others of the same list or dict are used like it, and nothing in the program could hand it to an optimiser
later; where the program adds parameters to an optimiser or steps weights by hand, it is a note. A single module out of
sight (a fixed random classifier, a Sobel filter) and loaded weights are a warning.

## References

PyTorch documentation, `torch.nn.ModuleList`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from trialrun.checks.absence import JOINING, OPTIMISING, changed_by_hand, could_refute, mentioned
from trialrun.checks.base import Check
from trialrun.checks.wording import count, unreached
from trialrun.evidence import Evidence
from trialrun.evidence.model import StrayModule
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Mend, Severity

# Strays by root model and by the list or dict that holds them, or else by the line that calls them.
_Groups: TypeAlias = dict[tuple[str, "str | Where | None"], list[StrayModule]]


class UnregisteredSubmodule(Check):
    code = "MOD201"
    slug = "unregistered-submodule"
    severity = Severity.ERROR
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        groups: _Groups = {}
        for stray in evidence.stray_module:
            if _trained_in_vain(stray):
                groups.setdefault((stray.root, _holder(stray) or stray.where), []).append(stray)
        doubts = could_refute(evidence, OPTIMISING) if groups else ()
        for (root, _), strays in groups.items():
            loaded = all(stray.loaded for stray in strays)
            elements = sum(stray.parameters for stray in strays)
            steps = max(stray.steps for stray in strays)
            held = ", ".join(f"{stray.name or 'a local variable'} ({stray.cls})" for stray in strays[:3])
            more = f" and {len(strays) - 3} more" if len(strays) > 3 else ""
            message = (
                f"{root} calls {count(len(strays), 'module')} that it does not register: {held}{more}. "
                f"{count(elements, 'trainable weight')} got gradients in {count(steps, 'step')}, but "
                f"model.parameters() does not yield them, no optimiser holds them and they did not change."
            )
            if loaded:
                message += " Their weights were loaded, so they may be kept frozen on purpose."
            sure = (
                # A single module put out of sight is often meant to be.
                not (loaded or doubts)
                and len(strays) >= 2
                and bool(_holder(strays[0]))
                and not mentioned(evidence, JOINING)
            )
            if not sure and not loaded and not doubts:
                message += " If they are fixed on purpose, call requires_grad_(False) on them."
            yield self.finding(
                f"{message} {unreached(doubts)}" if doubts else message,
                "Keep the layers in nn.ModuleList, nn.ModuleDict or nn.Sequential instead of a Python list or dict, "
                "and in a class that is itself an nn.Module.",
                where=strays[0].where,
                severity=Severity.ERROR if sure else Severity.NOTE if changed_by_hand(evidence) else Severity.WARNING,
                measured={
                    "modules": [stray.name for stray in strays],
                    "root": root,
                    "parameters": elements,
                    "steps": steps,
                    "in_optimiser": 0,
                },
                expected="every trained layer among model.modules()",
                explains=("OPT501",),
                mend=Mend("module_list", {"name": strays[0].name}),
            )


def _holder(stray: StrayModule) -> str:
    """ "blocks" for "blocks[2]", and for "blocks[2][0]" of a list of pairs; "" for a module that stands alone."""
    holder = stray.name.rpartition("[")[0]
    while holder.endswith("]"):
        holder = holder.rpartition("[")[0]
    return holder


def _trained_in_vain(stray: StrayModule) -> bool:
    return stray.parameters > 0 and stray.steps >= 2 and stray.training and stray.has_gradient and not stray.optimised
