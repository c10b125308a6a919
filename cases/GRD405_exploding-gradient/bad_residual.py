"""Which of four sums is the largest? A deep residual network, trained by a small trainer class."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner, self.outer = nn.Linear(width, width), nn.Linear(width, width)
        for layer in (self.inner, self.outer):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, value):
        return value + self.outer(torch.relu(self.inner(value)))


class Trainer:
    def __init__(self, network, rate):
        self.network = network
        self.optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)

    def update(self, features, targets):
        loss = nn.functional.cross_entropy(self.network(features), targets)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()  # expect: GRD405
        return loss.item()

    def fit(self, features, targets, epochs, size=64):
        for epoch in range(epochs):
            order = torch.randperm(len(features))
            total = 0.0
            for part in order.split(size):
                total += self.update(features[part], targets[part])
            print(f"epoch {epoch}: loss {total * size / len(features):.3f}")


if __name__ == "__main__":
    torch.manual_seed(0)
    x = torch.randn(960, 16)
    y = x.reshape(-1, 4, 4).sum(2).argmax(1)
    net = nn.Sequential(nn.Linear(16, 32), *(Block(32) for _ in range(8)), nn.Linear(32, 4))
    nn.init.normal_(net[-1].weight, std=0.001)
    Trainer(net, 0.01).fit(x, y, 12)
