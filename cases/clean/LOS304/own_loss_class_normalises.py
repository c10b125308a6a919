"""Right: a subclass of NLLLoss that normalises what it is given, with a label-smoothing term; the model returns scores."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(7)
torch.set_num_threads(1)


class SmoothNLL(nn.NLLLoss):
    def __init__(self, smoothing):
        super().__init__()
        self.smoothing = smoothing

    def forward(self, scores, target):
        log_p = scores.log_softmax(1)
        return (1 - self.smoothing) * super().forward(log_p, target) - self.smoothing * log_p.mean()


class Trainer:
    def __init__(self, model, loader):
        self.model, self.loader = model, loader
        self.criterion = SmoothNLL(0.1)
        self.optimizer = torch.optim.NAdam(model.parameters(), lr=5e-3)

    def fit(self, epochs):
        for epoch in range(epochs):
            for batch in self.loader:
                loss = self._one(*batch)
            print(f"epoch {epoch}: {loss:.3f}")

    def _one(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


x = torch.randn(300, 1, 8, 8)
y = x.mean((1, 2, 3)).argsort().argsort() * 3 // 300
net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(288, 3))
Trainer(net, DataLoader(TensorDataset(x, y), 30, shuffle=True)).fit(4)
