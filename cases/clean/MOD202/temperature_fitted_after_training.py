"""Right though unusual: the temperature is part of the model, but is fitted on held-out data after the training."""

import torch
from sklearn.datasets import load_digits
from torch import nn


class Calibrated(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
        self.temperature = torch.ones(1, requires_grad=True)  # no parameter: weight decay must not touch it

    def forward(self, x):
        return self.net(x) / self.temperature


def train(model, x, y):
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    for epoch in range(4):
        for rows in torch.randperm(len(x)).split(100):
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: {loss.item():.3f}")


def calibrate(model, x, y):
    fit = torch.optim.LBFGS([model.temperature], max_iter=25, line_search_fn="strong_wolfe")

    def closure():
        fit.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        return loss

    before = fit.step(closure)
    print(f"held-out loss {before.item():.4f}, then {closure().item():.4f} at T = {model.temperature.item():.2f}")


torch.manual_seed(0)
torch.set_num_threads(1)
digits = load_digits()
images = torch.tensor(digits.data, dtype=torch.float32) / 16
labels = torch.tensor(digits.target)
order = torch.randperm(len(images))
images, labels = images[order], labels[order]
model = Calibrated()
train(model, images[:1300], labels[:1300])
model.requires_grad_(False)
calibrate(model, images[1300:], labels[1300:])
