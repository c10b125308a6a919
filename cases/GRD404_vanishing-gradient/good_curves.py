"""Frequency and phase of noisy waves; plain functions, several inputs."""

import math

import torch

torch.manual_seed(5)


def waves(amount):
    frequency = 1 + torch.rand(amount, 1)
    phase = torch.rand(amount, 1) * math.pi
    time = torch.linspace(0, 6, 32)
    return torch.sin(frequency * time + phase) + 0.05 * torch.randn(amount, 32), torch.cat([frequency, phase], 1)


def squash(x):
    return x.relu()


class Estimator(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(32, 96)
        self.middle = torch.nn.Sequential(*[torch.nn.Linear(96, 96) for _ in range(5)])
        self.last = torch.nn.Linear(96, 2)
        for linear in (self.first, *self.middle):
            torch.nn.init.kaiming_uniform_(linear.weight, nonlinearity="relu")

    def forward(self, wave, scale):
        hidden = squash(self.first(wave * scale))
        for linear in self.middle:
            hidden = squash(linear(hidden))
        return self.last(hidden)


inputs, answers = waves(1000)
answers = (answers - answers.mean(0)) / answers.std(0)
estimator = Estimator()
optim = torch.optim.SGD(estimator.parameters(), lr=0.05, momentum=0.9)
batches = iter(range(1200))
number = next(batches, None)
while number is not None:
    chosen = torch.randperm(900)[:40]
    loss = torch.nn.functional.mse_loss(estimator(inputs[chosen], torch.ones(40, 1)), answers[chosen])
    loss.backward()
    optim.step()
    optim.zero_grad()
    if number % 200 == 0:
        with torch.no_grad():
            error = estimator(inputs[900:], torch.ones(100, 1)) - answers[900:]
            print(number, loss.item(), error.square().mean().item())
    number = next(batches, None)
