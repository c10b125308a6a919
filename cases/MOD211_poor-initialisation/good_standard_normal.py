"""Progression of diabetes from ten measurements; a network of dictionaries of weights, drawn from one distribution."""

from functools import reduce

import torch
from sklearn.datasets import load_diabetes
from torch import nn


def measured():
    table = load_diabetes(as_frame=False)
    inputs, answer = (torch.from_numpy(part).float() for part in (table.data, table.target[:, None]))
    return [(part - part.mean(0)) / part.std(0) for part in (inputs, answer)]


class Stack(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        sizes = [10, *[width] * depth]
        self.hidden = nn.ModuleDict(
            {f"layer_{number}": nn.Linear(*pair) for number, pair in enumerate(zip(sizes, sizes[1:]))}
        )
        self.out = nn.Linear(width, 1)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.normal_(std=(2 / parameter.shape[1]) ** 0.5) if parameter.ndim > 1 else parameter.zero_()

    def forward(self, inputs):
        return self.out(reduce(lambda value, layer: layer(value).clamp(min=0), self.hidden.values(), inputs))


class Fit:
    batch = 40

    def __init__(self, stack, rate):
        self.stack = stack
        self.optimizer = torch.optim.Adam(stack.parameters(), lr=rate)
        self.error = nn.MSELoss()

    def epoch(self, inputs, answer):
        for rows in torch.randperm(len(inputs)).split(self.batch):
            self.optimizer.zero_grad()
            error = self.error(self.stack(inputs[rows]), answer[rows])
            error.backward()
            self.optimizer.step()
        return error.item()


torch.manual_seed(23)
inputs, answer = measured()
fit = Fit(Stack(width=64, depth=4), rate=1e-3)
for epoch in range(20):
    last = fit.epoch(inputs[:360], answer[:360])
    with torch.no_grad():
        outside = fit.error(fit.stack(inputs[360:]), answer[360:]).item()
    print(f"{epoch}: {last:.4g} {outside:.4g}")
