"""A recurrent network."""

import torch
from torch import nn

from .data import AHEAD


class TideModel(nn.Module):
    """Histories (N, HOURS, 1) -> futures (N, AHEAD)."""

    def __init__(self, hidden: int = 32) -> None:
        super().__init__()
        self.lstm = nn.LSTM(1, hidden, batch_first=True)
        self.readout = nn.Linear(hidden, AHEAD)

    def forward(self, history: torch.Tensor) -> torch.Tensor:
        _, (last, _) = self.lstm(history)
        return self.readout(last[-1])
