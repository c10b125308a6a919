"""A regression on random features; the rate falls with every batch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main():
    torch.manual_seed(0)
    inputs = torch.randn(640, 12)
    outputs = torch.tanh(inputs @ torch.randn(12, 3)) + 0.05 * torch.randn(640, 3)
    batches = DataLoader(TensorDataset(inputs, outputs), batch_size=32, shuffle=True)
    network = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Linear(48, 3))
    criterion = nn.MSELoss()
    sgd = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    decay = torch.optim.lr_scheduler.CosineAnnealingLR(sgd, T_max=5 * len(batches))
    for epoch in range(5):
        total = 0.0
        for x, y in batches:
            sgd.zero_grad()
            loss = criterion(network(x), y)
            loss.backward()
            decay.step()  # expect: OPT507
            sgd.step()
            total += loss.item()
        print(epoch, total / len(batches))


if __name__ == "__main__":
    main()
