"""Small models whose samples are independent of each other, or are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


def mlp(inputs: int = 16, outputs: int = 8) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, 32), nn.ReLU(), nn.Linear(32, outputs))


def rows(samples: int = 16, width: int = 16) -> torch.Tensor:
    return torch.randn(samples, width, generator=torch.Generator().manual_seed(1))


class Made(nn.Module):
    """A module of parts and a forward."""

    def __init__(self, run: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        self.run = run
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self.run(self, *inputs)


def info_nce() -> nn.Module:
    def run(self: Any, x: torch.Tensor) -> torch.Tensor:
        one, other = F.normalize(self.one(x), dim=1), F.normalize(self.other(x), dim=1)
        return F.cross_entropy(one @ other.T / 0.1, torch.arange(len(x)), reduction="none")

    return Made(run, one=mlp(), other=mlp())


def experts(capacity: bool) -> nn.Module:
    """A mixture that sends each sample to one of four experts; with a capacity, those beyond it are dropped."""

    def run(self: Any, x: torch.Tensor) -> torch.Tensor:
        weights = self.router(x).softmax(1)
        best = weights.argmax(1)
        result = torch.zeros(len(x), 8, dtype=x.dtype)
        most = max(1, int(1.25 * len(x) / 4)) if capacity else len(x)
        for number, expert in enumerate(self.experts):
            taken = (best == number).nonzero()[:most, 0]
            if len(taken):
                result[taken] = expert(x[taken]) * weights[taken, number, None]
        return result

    return Made(run, router=nn.Linear(16, 4), experts=nn.ModuleList(mlp() for _ in range(4)))


def quantised(per_tensor: bool) -> nn.Module:
    """Inputs in steps of their largest magnitude / 127: that of the whole tensor, or of each row."""

    def run(self: Any, x: torch.Tensor) -> torch.Tensor:
        largest = x.abs().max() if per_tensor else x.abs().amax(1, keepdim=True)
        return self.inner((x / (largest / 127)).round() * (largest / 127))

    return Made(run, inner=mlp())


class FloatNorm(nn.Module):
    """Normalises in float32, as language models do, whatever dtype it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(16))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = x.float()
        return (y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + 1e-6)).to(x.dtype) * self.weight


class TimeFirst(nn.Module):
    """A recurrence with samples along axis 1 within, and (time, samples, channels) as its output."""

    def __init__(self) -> None:
        super().__init__()
        self.cell, self.head = nn.LSTM(4, 8), nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.cell(x.view(len(x), 4, 4).transpose(0, 1))[0])


class Attention(nn.Module):
    """Attention within a sample; padded places are masked."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(50, 16)
        self.attention = nn.MultiheadAttention(16, 2, batch_first=True)

    def forward(self, ids: torch.Tensor, padding: torch.Tensor) -> torch.Tensor:
        x = self.embedding(ids)
        return self.attention(x, x, x, key_padding_mask=padding, need_weights=False)[0]


def tokens() -> tuple[torch.Tensor, torch.Tensor]:
    """(16, 7) token ids and the padding mask, True where there is none."""
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(1, 50, (16, 7), generator=generator)
    padding = torch.zeros(16, 7, dtype=torch.bool)
    padding[::3, 5:] = True
    return ids, padding


class Packed(nn.Module):
    """A recurrence over sequences of several lengths, whose output is as long as the longest of the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.cell = nn.Embedding(50, 8), nn.GRU(8, 12, batch_first=True)

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor) -> Any:
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embedding(ids), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        steps, last = self.cell(packed)
        return nn.utils.rnn.pad_packed_sequence(steps, batch_first=True)[0], last[-1]


class Padding(nn.Module):
    """Takes a list of samples of several lengths, and averages over what is no padding."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 6)

    def forward(self, items: list[torch.Tensor]) -> torch.Tensor:
        lengths = torch.tensor([len(item) for item in items])
        x = nn.utils.rnn.pad_sequence(items, batch_first=True)
        kept = torch.arange(x.shape[1])[None] < lengths[:, None]
        return (self.layer(x).relu() * kept[..., None]).sum(1) / lengths[:, None]


class Masked(nn.Module):
    """torch's transformer encoder with padding: its fused path leaves the padding out."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(50, 16)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), 2)

    def forward(self, ids: torch.Tensor, padding: torch.Tensor) -> torch.Tensor:
        return self.encoder(self.embedding(ids), src_key_padding_mask=padding)


def lengths() -> torch.Tensor:
    return torch.randint(2, 8, (16,), generator=torch.Generator().manual_seed(2))
