"""Strength of concrete from its mixture; the table keeps the strength as a column of its own."""

import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(4)
mixture = rng.uniform(-1, 1, size=(480, 5)).astype("float32")
strength = (mixture[:, :1] * mixture[:, 1:2] + np.sin(3 * mixture[:, 2:3])).astype("float32")


class Regressor:
    def __init__(self):
        self.hidden = nn.Linear(5, 80)
        self.last = nn.Linear(80, 1)
        self.weights = [*self.hidden.parameters(), *self.last.parameters()]

    def predict(self, rows):
        return self.last(torch.relu(self.hidden(rows))).flatten()

    def improve(self, rows, truth, rate):
        misfit = torch.abs(self.predict(rows) - truth.flatten()).mean()
        misfit.backward()
        with torch.no_grad():
            for weight in self.weights:
                weight -= rate * weight.grad
                weight.grad = None
        return misfit.item()


torch.manual_seed(5)
regressor = Regressor()
for epoch in range(8):
    order = rng.permutation(480)
    for start in range(0, 480, 40):
        rows = order[start : start + 40]
        value = regressor.improve(torch.from_numpy(mixture[rows]), torch.from_numpy(strength[rows]), 0.2)
    print(f"epoch {epoch}: {value:.3f}")
