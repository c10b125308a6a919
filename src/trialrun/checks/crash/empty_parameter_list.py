"""An optimiser was built without a single parameter.

## Why is this bad?

There is nothing to train. Either the modules are in a plain list or dict, which PyTorch does not look into, or they are
made in `forward`, everything was frozen before a filter, or a generator had been used up (`params =
model.parameters()`, counted once, then handed over empty).

## Fix

`nn.ModuleList` or `nn.ModuleDict` instead of a list or dict; unfreeze what is to be trained before the optimiser is
built; call `model.parameters()` anew where it is needed, or `list(...)` it once.

## Limits

Judged from the exception and the modules among the program's variables, unless the program raised it by a `raise` of
its own.

## References

PyTorch documentation, `torch.nn.ModuleList`, `torch.optim`.
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.wording import names
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord


class EmptyParameterList(CrashCheck):
    code = "CRX015"
    slug = "empty-parameter-list"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if "optimizer got an empty parameter list" not in crash.message:
            return None
        context = crash.context
        modules = list(context.own_modules) if context else []
        measured = {"modules": modules}
        expected = "at least one trainable parameter"
        if context and any("used up before" in text for text in context.arguments):
            return Card(
                "The generator was used up before: something else has gone through it.",
                "Call model.parameters() again here, or keep list(model.parameters()).",
                measured,
                expected,
            )
        kept = next(
            (re.search(r"modules in the \w+ (\.\w+)", text) for text in modules if "modules in the" in text), None
        )
        if kept:
            return Card(
                f"{names(modules)}: PyTorch does not look into plain containers.",
                f"Make {kept[1]} an nn.ModuleList (nn.ModuleDict for a dict), or nn.Sequential(*layers).",
                measured,
                expected,
                explained_by=("MOD201",),
            )
        frozen = [text for text in modules if "frozen" in text]
        if frozen:
            return Card(
                f"{names(frozen)}.",
                "Unfreeze what is to be trained, or add the new layer, before the optimiser is built.",
                measured,
                expected,
            )
        if context and "params: list" in context.arguments and not modules:
            return Card(
                "The list handed over is empty.",
                "Compare what picks the parameters with the names in model.named_parameters(). If there are none "
                "either, make the layers in __init__ and assign them to self, and keep lists of them in nn.ModuleList.",
                measured,
                expected,
            )
        return Card(
            f"{names(modules)}." if modules else "",
            "Make the layers in __init__ and assign them to self, keep lists of them in nn.ModuleList, and hand over "
            "model.parameters().",
            measured,
            expected,
        )
