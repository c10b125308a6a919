"""A tensor that records gradients was handed to NumPy.

## Why is this bad?

NumPy's operations would be invisible to autograd, so PyTorch refuses. Matplotlib, scikit-learn and `np.array(list)`
call `.numpy()` as well.

## Fix

For printing, plotting and metrics: `x.detach().cpu().numpy()`, or the whole evaluation under `torch.no_grad()`. Inside
a loss keep to torch: what has gone through NumPy gives no gradient.

## Limits

Judged from the exception. Tensors on an accelerator (`Use Tensor.cpu() to copy`) are told here as well.

## References

PyTorch documentation, `torch.Tensor.numpy`, `torch.Tensor.detach`.
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_DEVICE = re.compile(r"can't convert (cuda\S*|mps\S*|xpu\S*) device type tensor to numpy")


class NumpyOfGradientTensor(CrashCheck):
    code = "CRX012"
    slug = "numpy-of-gradient-tensor"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if found := _DEVICE.search(crash.message):
            return Card(
                f"The tensor is on {found[1]}, and NumPy works in host memory.",
                "Copy it first: x.detach().cpu().numpy().",
                {"device": found[1]},
                "a tensor on the CPU",
            )
        if "Can't call numpy() on Tensor that requires grad" not in crash.message:
            return None
        return Card(
            "It is part of a recorded graph, and what NumPy does to it would get no gradient.",
            "For printing, plots and metrics: x.detach().cpu().numpy(), or evaluate under torch.no_grad(). In a loss "
            "use torch's own functions instead of NumPy's.",
            expected="a detached tensor",
        )
