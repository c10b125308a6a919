"""Right though unusual: after each step the same batch is passed again, without gradient.

This logs what the step did to it.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Fit:
    def __init__(self, net, lr=1e-2):
        self.net, self.optimizer = net, torch.optim.Adam(net.parameters(), lr=lr)
        self.criterion = nn.CrossEntropyLoss()

    @torch.no_grad()
    def objective(self, batch):
        """The objective as optimised, so dropout and batch statistics included."""
        return self.criterion(self.net(batch[0]), batch[1]).item()

    def epoch(self, loader):
        gains = []
        self.net.train()
        for batch in loader:
            loss = self.criterion(self.net(batch[0]), batch[1])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            gains.append(loss.item() - self.objective(batch))
        return loss.item(), sum(gains) / len(gains)

    def test(self, loader):
        self.net.eval()
        with torch.no_grad():
            right = sum((self.net(a).argmax(1) == b).sum().item() for a, b in loader)
        return right / len(loader.dataset)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(600, 8)
y = (x[:, :4].sum(1) > x[:, 4:].prod(1)).long()
fit = Fit(nn.Sequential(nn.Linear(8, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 2)))
train = DataLoader(TensorDataset(x[:500], y[:500]), batch_size=50, shuffle=True)
test = DataLoader(TensorDataset(x[500:], y[500:]), batch_size=50)
for number in range(8):
    print(number, *fit.epoch(train), fit.test(test))
