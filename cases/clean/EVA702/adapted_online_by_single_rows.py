"""Right though unusual: a trained network goes on learning from a stream, one row at a time, in eval mode.

Batch normalisation has no statistics of one row, so its averages stay those of the training.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)


def make(n, shift):
    x = torch.randn(n, 5)
    return x, x[:, :1] * 2 - x[:, 1:2] + shift


class Forecaster:
    def __init__(self):
        self.net = nn.Sequential(nn.Linear(5, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 1))
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.05)

    def learn(self, x, y):
        loss = nn.functional.mse_loss(self.net(x), y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, loader, epochs):
        self.net.train()
        for _ in range(epochs):
            for x, y in loader:
                last = self.learn(x, y)
        return last

    @torch.no_grad()
    def predict(self, x):
        self.net.eval()
        return self.net(x)


forecaster = Forecaster()
history = DataLoader(TensorDataset(*make(320, 0.0)), batch_size=32, shuffle=True)
print(f"history: {forecaster.fit(history, epochs=6):.3f}")
for group in forecaster.optimizer.param_groups:
    group["lr"] = 0.01
errors = []
for x, y in zip(*make(60, 0.5), strict=True):
    guess = forecaster.predict(x[None])  # first asked, then told
    errors.append((guess - y).abs().item())
    forecaster.learn(x[None], y[None])
print(f"stream: {sum(errors[:20]) / 20:.3f} then {sum(errors[-20:]) / 20:.3f}")
