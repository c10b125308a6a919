"""Right though unusual: a power law with three constants is fitted to the learning curve; it needs that many epochs."""

import numpy as np
import torch
from scipy.optimize import curve_fit
from torch import nn


class Experiment:
    def __init__(self):
        self.x = torch.randn(300, 8)
        self.y = torch.tanh(self.x @ torch.randn(8, 1))
        self.model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.02)
        self.curve = []

    def epoch(self):
        for rows in torch.randperm(240).split(24):
            loss = (self.model(self.x[rows]) - self.y[rows]).pow(2).mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        with torch.no_grad():
            self.curve.append((self.model(self.x[240:]) - self.y[240:]).pow(2).mean().item())


torch.manual_seed(0)
torch.set_num_threads(1)
experiment = Experiment()
for _ in range(25):
    experiment.epoch()
t = np.arange(1, len(experiment.curve) + 1)
(a, b, c), spread = curve_fit(lambda t, a, b, c: a * t**-b + c, t, experiment.curve, p0=(0.5, 0.5, 0.05), maxfev=20000)
print(f"{a:.3f} * t^-{b:.3f} + {c:.3f}", np.sqrt(np.diag(spread)))
