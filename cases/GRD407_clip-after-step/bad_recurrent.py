"""The next value of two coupled oscillators, by a GRU whose gradient elements are limited."""

import math

import torch
from torch import nn
from torch.nn.utils import clip_grad_value_


class Forecaster(nn.Module):
    def __init__(self, hidden=16):
        super().__init__()
        self.cell = nn.GRU(2, hidden, batch_first=True)
        self.readout = nn.Linear(hidden, 2)

    def forward(self, history):
        states, _ = self.cell(history)
        return self.readout(states[:, -1])


class Learner:
    limit = 1e-3

    def __init__(self, model):
        self.model = model
        self.rule = torch.optim.Adam(model.parameters(), lr=3e-3)

    def learn(self, history, following):
        error = (self.model(history) - following).square().mean()
        self.rule.zero_grad(set_to_none=True)
        error.backward()
        self.rule.step()
        self.limit_gradients()
        return error.item()

    def limit_gradients(self):
        clip_grad_value_(list(self.model.parameters()), self.limit)  # expect: GRD407


def window(batch, length=20):
    start = torch.rand(batch, 1) * 100
    time = start + torch.arange(length + 1) * 0.3
    return torch.stack([time.sin(), (time * math.sqrt(2)).cos()], dim=-1)


torch.manual_seed(4)
learner = Learner(Forecaster())
for number in range(1, 201):
    series = window(32)
    error = learner.learn(series[:, :-1], series[:, -1])
    if number % 50 == 0:
        print(f"after {number} updates: {error:.4f}")
