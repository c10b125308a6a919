"""Right though unusual: the model returns logits in train mode and probabilities in eval mode; validation uses
nll_loss on their logarithm.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(7, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 3))

    def forward(self, x):
        logits = self.body(x)
        return logits if self.training else F.softmax(logits, dim=-1)


class Experiment:
    def __init__(self):
        x = torch.randn(750, 7)
        y = (x[:, 0] > 0.4).long() + (x[:, 1] * x[:, 2] > 0).long()
        self.train_set, self.valid_set = TensorDataset(x[:600], y[:600]), TensorDataset(x[600:], y[600:])
        self.model = Net()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=5e-3)

    def fit(self, epochs):
        for epoch in range(epochs):
            self.model.train()
            for x, y in DataLoader(self.train_set, batch_size=30, shuffle=True):
                self.optimizer.zero_grad()
                loss = F.cross_entropy(self.model(x), y)
                loss.backward()
                self.optimizer.step()
            print(f"epoch {epoch}: train {loss.item():.3f}, validation {self.validate():.3f}")

    @torch.no_grad()
    def validate(self):
        self.model.eval()
        total = 0.0
        for x, y in DataLoader(self.valid_set, batch_size=75):
            total += F.nll_loss(self.model(x).clamp_min(1e-7).log(), y, reduction="sum").item()
        return total / len(self.valid_set)


torch.manual_seed(10)
torch.set_num_threads(1)
Experiment().fit(8)
