"""Tells slow, middle and fast waves apart: a gate chooses what of the series is looked at."""

import math

import torch
from torch import nn


class Gated(nn.Module):
    def __init__(self, length, width):
        super().__init__()
        self.content = nn.Linear(length, width)
        self.gate = nn.Linear(length, width)
        self.read = nn.Linear(width, 3)

    def reset(self, openness):
        nn.init.constant_(self.gate.bias, openness)
        return self

    def forward(self, series):
        opened = nn.functional.hardsigmoid(self.gate(series))
        return self.read(opened * torch.tanh(self.content(series)))


def sample(count):
    speed = torch.randint(0, 3, (count, 1))
    phase = 2 * math.pi * torch.rand(count, 1)
    time = torch.linspace(0, 1, 40)
    wave = torch.sin(2 * math.pi * (1.5 + 2 * speed) * time + phase)
    return wave + 0.1 * torch.randn(count, 40), speed.squeeze(1)


def train(model, iterations, rate):
    optimiser = torch.optim.RMSprop(model.parameters(), lr=rate)
    stream = iter(lambda: sample(32), None)
    for iteration in range(iterations):
        series, speed = next(stream)
        logits = model(series)
        loss = nn.functional.nll_loss(logits.log_softmax(dim=1), speed)
        model.zero_grad()
        loss.backward()
        optimiser.step()
        if iteration % 60 == 0:
            print(f"{iteration}: {loss.item():.4f}")
    return model


if __name__ == "__main__":
    torch.manual_seed(8)
    trained = train(Gated(40, 96).reset(openness=1.0), iterations=480, rate=2e-3)
    with torch.no_grad():
        series, speed = sample(300)
        print("accuracy", (trained(series).argmax(1) == speed).float().mean().item())
