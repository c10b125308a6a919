"""Which of two sensors drifts: an encoder shared by both signals, and a head that compares the codes."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Comparer(nn.Module):
    def __init__(self, length=24, width=32):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(length, width), nn.ReLU(), nn.Linear(width, width))
        self.head = nn.Sequential(nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, 1))

    def encode(self, signal):
        return torch.tensor([self.encoder(row).tolist() for row in signal])  # expect: GRD403

    def forward(self, left, right):
        return self.head(torch.cat([self.encode(left), self.encode(right)], dim=1)).squeeze(1)


def signals(count):
    drift = torch.linspace(0, 1, 24)
    left, right = torch.randn(2, count, 24)
    drifts = torch.rand(count) < 0.5
    left = left + drift * drifts[:, None]
    right = right + drift * ~drifts[:, None]
    return TensorDataset(left, right, drifts.float())


def main():
    torch.manual_seed(3)
    train, valid = DataLoader(signals(800), batch_size=40, shuffle=True), DataLoader(signals(200), batch_size=200)
    model = Comparer()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.BCEWithLogitsLoss()
    for epoch in range(5):
        model.train()
        for left, right, target in train:
            loss = criterion(model(left, right), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            left, right, target = next(iter(valid))
            accuracy = ((model(left, right) > 0) == (target > 0.5)).float().mean()
        print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")


main()
