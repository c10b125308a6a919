"""Wines by their chemistry, with a bounded hidden layer."""

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Bounded(nn.Module):
    def __init__(self, features: int, width: int, classes: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(features, width)
        self.bound = nn.Hardtanh(0.0, 1.0)
        self.out = nn.Linear(width, classes)
        nn.init.constant_(self.hidden.bias, -8.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.bound(self.hidden(x)))


def main() -> None:
    torch.manual_seed(1)
    wine = load_wine()
    x = torch.tensor(wine.data, dtype=torch.float32)
    x = (x - x.mean(0)) / x.std(0)
    y = torch.tensor(wine.target)
    order = torch.randperm(len(x))
    train, test = order[:144], order[144:]
    loader = DataLoader(TensorDataset(x[train], y[train]), batch_size=24, shuffle=True)
    model = Bounded(13, 64, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for epoch in range(12):
        for inputs, labels in loader:
            loss = nn.functional.cross_entropy(model(inputs), labels)  # expect: MOD207
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            right = (model(x[test]).argmax(1) == y[test]).float().mean()
        print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {right:.3f}")


if __name__ == "__main__":
    main()
