"""A trainer of a small regression network; batches are dictionaries."""

import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(5, 32), nn.BatchNorm1d(32), nn.Tanh())
        self.head = nn.Linear(32, 1)

    def forward(self, batch):
        return self.head(self.body(batch["x"]))


class Trainer:
    def __init__(self, net):
        self.net = net
        self.optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3)

    def update(self, batch):
        error = (self.net(batch) - batch["y"]).pow(2).mean()
        self.optimizer.zero_grad()
        error.backward()
        self.optimizer.step()
        return error.item()

    def check(self, batch):
        error = nn.functional.l1_loss(self.net(batch), batch["y"])
        self.optimizer.zero_grad()
        error.backward()
        self.optimizer.step()  # expect: EVA706
        return error.item()

    def fit(self, training, held_out, epochs):
        for epoch in range(epochs):
            self.net.train()
            fitted = []
            for batch in training:
                fitted.append(self.update(batch))
            self.net.eval()
            checked = 0.0
            for number, batch in enumerate(held_out, start=1):
                checked += self.check(batch)
            print(epoch, sum(fitted) / len(fitted), checked / number)


torch.manual_seed(4)
x = torch.randn(600, 5)
y = torch.sin(x[:, :1]) + 0.5 * x[:, 1:2] * x[:, 2:3]
batches = [{"x": x[i : i + 40], "y": y[i : i + 40]} for i in range(0, 600, 40)]
Trainer(Net()).fit(batches[:11], batches[11:], epochs=6)
