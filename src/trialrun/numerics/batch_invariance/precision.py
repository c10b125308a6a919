"""Whether a device computes float32 products in the precision that is asked for: only its results tell."""

from __future__ import annotations

import torch

from trialrun import _torch

PRECISIONS = ("ieee", "tf32", "bf16")
_EPS = {"tf32": 2.0**-10, "bf16": 2.0**-7}


def eps(dtype: torch.dtype, precision: str) -> float:
    """The relative size of the last place of factors in ``dtype``, float32 ones as ``precision`` has them."""
    if dtype == torch.float32 and precision in _EPS:
        return _EPS[precision]
    return torch.finfo(dtype).eps


def why_not(precision: str, device: str, told: bool) -> str:
    """Why float32 is not computed as ``precision`` on ``device`` now, "" if it is.

    ``told``: torch took the setting. A back end that lacks the instructions takes it too, and goes on in float32.
    """
    if precision == "ieee":
        return ""
    if told:
        generator = torch.Generator().manual_seed(0)
        one, other = (torch.randn(256, 256, generator=generator).to(device) for _ in range(2))
        reduced = one @ other
        with _torch.fp32_precision("ieee", device.split(":")[0]):
            if not torch.equal(reduced, one @ other):
                return ""
    return f"float32 products in {precision} are not available on {device}: the bits are those of ieee"
