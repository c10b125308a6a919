"""A GRU that follows a noisy sine; each gradient element is limited."""

import math

import torch
from torch import nn
from torch.nn.utils import clip_grad_value_


class Follower(nn.Module):
    def __init__(self):
        super().__init__()
        self.memory = nn.GRU(1, 12, batch_first=True)
        self.out = nn.Linear(12, 1)

    def forward(self, past):
        return self.out(self.memory(past)[0])


def series(batch, length):
    start = torch.rand(batch, 1) * 2 * math.pi
    return torch.sin(start + 0.4 * torch.arange(length + 1)).unsqueeze(-1) + 0.02 * torch.randn(batch, length + 1, 1)


def train(model, updates):
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    for update in range(updates):
        wave = series(16, 25)
        loss = nn.functional.mse_loss(model(wave[:, :-1]), wave[:, 1:])
        optimiser.zero_grad()
        loss.backward()
        clip_grad_value_(model.parameters(), 1e-3)  # expect: GRD408
        optimiser.step()
        if update % 50 == 49:
            print(f"{update + 1}: {loss.item():.4f}")


if __name__ == "__main__":
    torch.manual_seed(2)
    train(Follower(), 150)
