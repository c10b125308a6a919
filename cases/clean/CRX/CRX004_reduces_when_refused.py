"""Right though unusual: a trainer for any criterion: what can't be sent backward as it is, is averaged."""

import torch
from torch import nn


class Trainer:
    def __init__(self, model, criterion, lr):
        self.model, self.criterion = model, criterion
        self.optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    def backward(self, loss):
        try:
            loss.backward()
        except RuntimeError as error:
            if "scalar" not in str(error):
                raise
            loss = loss.mean()
            loss.backward()
        return loss.item()

    def fit(self, x, y, epochs):
        for _ in range(epochs):
            for rows in torch.randperm(len(x)).split(32):
                self.optimizer.zero_grad()
                yield self.backward(self.criterion(self.model(x[rows]), y[rows]))
                self.optimizer.step()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 4)
y = (x[:, 0] * x[:, 1] > 0).long()
for reduction in ("none", "mean"):
    model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
    losses = list(Trainer(model, nn.CrossEntropyLoss(reduction=reduction), 1e-2).fit(x[:256], y[:256], 8))
    with torch.no_grad():
        print(reduction, losses[0], losses[-1], (model(x[256:]).argmax(1) == y[256:]).float().mean().item())
