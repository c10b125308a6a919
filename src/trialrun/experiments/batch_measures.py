"""How far a sample's rows in a batch are from those of the reference, and both from float64."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import torch

from trialrun.experiments.formats import ulp_apart, ulp_at_row_maximum
from trialrun.experiments.rows import narrowed

_BITS = {
    torch.float64: torch.int64,
    torch.float32: torch.int32,
    torch.bfloat16: torch.int16,
    torch.float16: torch.int16,
}  # fmt: skip


@dataclass(frozen=True)
class Yardstick:
    """The largest error of a row against float64: absolute and relative L2."""

    absolute: float
    relative: float

    def excess(self, over: Yardstick) -> float:
        """How many times as large as that of ``over``: in absolute or relative size, whichever is less."""
        return min(share(self.absolute, over.absolute), share(self.relative, over.relative))

    def larger(self, other: Yardstick) -> Yardstick:
        """The larger of the two in either size."""
        return Yardstick(max(self.absolute, other.absolute), max(self.relative, other.relative))


@dataclass(frozen=True)
class Measures:
    """Measures of one case, under the names of the CSV's columns.

    ``ulp_*`` are taken over the elements that differ and are finite. ``err_path`` and ``err_ref`` are relative L2
    distances to float64, None where that could not be computed, as is ``worst_row``, the largest errors of a row.
    """

    n_samples: int
    frac_samples_bitwise: float
    frac_elements_bitwise: float
    max_abs: float
    rel_l2: float
    ulp_p50: float
    ulp_p99: float
    ulp_max: float
    ulp_at_row_max: float
    err_path: float | None = None
    err_ref: float | None = None
    err_ratio: float | None = None
    worst_row: Yardstick | None = None
    argmax_flips: int | None = None
    kl: float | None = None
    ref_finite: bool = True

    def columns(self) -> dict[str, Any]:
        """By column of the CSV."""
        values = dataclasses.asdict(self)
        del values["worst_row"], values["ref_finite"]
        return values


def yardstick(reference: torch.Tensor, exact: torch.Tensor) -> Yardstick:
    """That of ``reference``, (samples, ...), against ``exact`` in float64."""
    absolute, relative = _row_errors(reference, exact)
    return Yardstick(_most(absolute), _most(relative))


def equal_bits(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Element by element; a NaN equals a NaN."""
    if one.dtype != other.dtype or one.dtype not in _BITS:
        return one == other
    same = one.contiguous().view(_BITS[one.dtype]) == other.contiguous().view(_BITS[one.dtype])
    return same | (one.isnan() & other.isnan())


def compare(
    path: torch.Tensor, reference: torch.Tensor, exact: torch.Tensor | None = None, *, logits: bool = True
) -> Measures:
    """Measures of ``path`` against ``reference``, both (samples, ...) and in the same order, ``exact`` in float64.

    ``logits``: the numbers along the last axis may be those of classes.
    """
    shape = [min(lengths) for lengths in zip(path.shape, reference.shape, strict=True)]
    path, reference = (_table(tensor, shape) for tensor in (path, reference))
    same = equal_bits(path, reference)
    found: dict[str, Any] = {
        "n_samples": shape[0],
        "frac_samples_bitwise": float(same.all(1).double().mean()),
        "frac_elements_bitwise": float(same.double().mean()) if same.numel() else 1.0,
    }
    found |= _errors(path, reference, exact, shape)
    if logits:
        found |= _decisions(path, reference, shape[-1] if len(shape) > 1 else 1)
    found |= _EQUAL if bool(same.all()) else _distances(path, reference, same)
    return Measures(**found)


_EQUAL = dict.fromkeys(("max_abs", "rel_l2", "ulp_p50", "ulp_p99", "ulp_max", "ulp_at_row_max"), 0.0)


def _distances(path: torch.Tensor, reference: torch.Tensor, same: torch.Tensor) -> dict[str, float]:
    finite = path.isfinite() & reference.isfinite()
    one, other = path.where(finite, 0.0), reference.where(finite, 0.0)
    apart = (one.double() - other.double()).abs()
    ulps = ulp_apart(one, other)[finite & ~same]
    half, most = (_quantile(ulps, part) for part in (0.5, 0.99))
    found = {
        "max_abs": _most(apart),
        "rel_l2": share(float(apart.norm()), float(other.double().norm())),
        "ulp_max": _most(ulps),
        "ulp_at_row_max": _most(ulp_at_row_maximum(one, other)),
    }
    if bool((~finite & ~same).any()):  # finite in one of the two alone, or infinities of two signs
        found = dict.fromkeys(found, math.inf)
    return {**found, "ulp_p50": half, "ulp_p99": most}


def _errors(
    path: torch.Tensor, reference: torch.Tensor, exact: torch.Tensor | None, shape: list[int]
) -> dict[str, Any]:
    if exact is None:
        return {"ref_finite": bool(reference.isfinite().all())}
    exact = _table(exact, shape).double()
    finite = exact.isfinite()
    size = float(exact[finite].norm())
    ref_finite = bool(reference[finite].isfinite().all())
    err_path, err_ref = (share(float((one.double() - exact)[finite].norm()), size) for one in (path, reference))
    return {
        "err_path": err_path,
        "err_ref": err_ref,
        "err_ratio": err_path / err_ref if err_ref else None,
        "worst_row": yardstick(path, exact),
        "ref_finite": ref_finite,
    }


def _row_errors(rows: torch.Tensor, exact: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    shape = [min(lengths) for lengths in zip(rows.shape, exact.shape, strict=True)]
    a, b = _table(rows, shape).double(), _table(exact, shape).double()
    both = a.isfinite() & b.isfinite() | equal_bits(a, b)
    apart = (a - b).where(both, math.inf).where(~equal_bits(a, b), 0.0)
    absolute = apart.norm(dim=1)
    return absolute, absolute / b.nan_to_num(posinf=0.0, neginf=0.0).norm(dim=1).clamp_min(torch.finfo(b.dtype).tiny)


def _decisions(path: torch.Tensor, reference: torch.Tensor, last: int) -> dict[str, Any]:
    """Where rows can be logits, two classes or more: changed argmax, and the mean divergence of their softmax."""
    if last < 2 or path.numel() == 0 or not bool(path.isfinite().all() and reference.isfinite().all()):
        return {}
    a, b = (tensor.reshape(-1, last).double() for tensor in (path, reference))
    log_a, log_b = a.log_softmax(1), b.log_softmax(1)
    kl = float((log_b.exp() * (log_b - log_a)).sum(1).mean())
    return {"argmax_flips": int((a.argmax(1) != b.argmax(1)).sum()), "kl": max(kl, 0.0)}


def _table(tensor: torch.Tensor, shape: list[int]) -> torch.Tensor:
    """The first elements of ``tensor``, ``shape`` of them, as (samples, numbers of each)."""
    kept = narrowed(tensor, shape)
    return kept.reshape(kept.shape[0], -1) if kept.numel() else kept.new_zeros(kept.shape[0], 0)


def _quantile(values: torch.Tensor, part: float) -> float:
    """The value that ``part`` of ``values`` do not exceed; `torch.quantile` takes 2^24 numbers at most."""
    return float(values.kthvalue(max(1, math.ceil(part * values.numel())))[0]) if values.numel() else 0.0


def _most(values: torch.Tensor) -> float:
    return float(values.max()) if values.numel() else 0.0


def share(part: float, whole: float) -> float:
    """``part / whole``, 0 / 0 = 0; infinite where only the whole is nothing, or the part is NaN."""
    if part == 0:
        return 0.0
    return part / whole if whole > 0 and not math.isnan(part) else math.inf
