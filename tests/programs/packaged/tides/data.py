"""Water levels as windows of hours."""

import math

import torch
from torch.utils.data import TensorDataset

HOURS = 36  # of history
AHEAD = 6  # hours to predict


def levels(hours: int, seed: int) -> torch.Tensor:
    """A tide of two periods with weather on top, (hours,), about unit scale."""
    t = torch.arange(hours, dtype=torch.float32)
    weather = torch.randn(hours, generator=torch.Generator().manual_seed(seed)) * 0.05
    return torch.sin(2 * math.pi * t / 12.42) + 0.4 * torch.sin(2 * math.pi * t / 23.93) + weather


def windows(series: torch.Tensor) -> TensorDataset:
    """All windows of a series: histories (N, HOURS, 1) and futures (N, AHEAD)."""
    cut = series.unfold(0, HOURS + AHEAD, 1)
    return TensorDataset(cut[:, :HOURS].unsqueeze(-1).contiguous(), cut[:, HOURS:].contiguous())
