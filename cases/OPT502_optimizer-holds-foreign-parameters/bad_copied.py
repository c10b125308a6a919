"""Digits, by a trainer that keeps the network it was given untouched and trains a copy of it."""

import copy

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class DigitNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.hidden = nn.Linear(64, width)
        self.out = nn.Linear(width, 10)

    def forward(self, images):
        return self.out(torch.tanh(self.hidden(images)))


class Trainer:
    def __init__(self, net, optimiser):
        self.net = copy.deepcopy(net)
        self.optimiser = optimiser

    def fit(self, loader, epochs):
        for epoch in range(1, epochs + 1):
            for batch in loader:
                loss = self.update(*batch)
            print(f"epoch {epoch}: loss {loss:.3f}")

    def update(self, images, labels):
        loss = nn.functional.cross_entropy(self.net(images), labels)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return loss.item()


def main():
    torch.manual_seed(9)
    digits = load_digits()
    data = TensorDataset(torch.tensor(digits.data / 16.0).float(), torch.tensor(digits.target))
    net = DigitNet(32)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)  # expect: OPT502
    Trainer(net, optimiser).fit(DataLoader(data, batch_size=64, shuffle=True), epochs=4)


if __name__ == "__main__":
    main()
