"""A residual network on a table of measurements, its blocks built in a loop."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class ResidualNet(nn.Module):
    def __init__(self, inputs, width, depth, classes):
        super().__init__()
        self.stem = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        x = F.relu(self.stem(x))
        for block in self.blocks:
            x = x + F.relu(block(x))
        return self.head(x)


def accuracy(model, loader):
    model.eval()
    right = total = 0
    with torch.no_grad():
        for x, y in loader:
            right += (model(x).argmax(dim=1) == y).sum().item()
            total += len(y)
    return right / total


def main():
    torch.manual_seed(1)
    x = torch.randn(900, 12)
    y = (x[:, 0] * x[:, 1] > 0).long() + (x[:, 2] > 0).long()
    train, valid = random_split(TensorDataset(x, y), [720, 180])
    train, valid = DataLoader(train, batch_size=48, shuffle=True), DataLoader(valid, batch_size=90)

    model = ResidualNet(inputs=12, width=48, depth=3, classes=3)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for epoch in range(10):
        model.train()
        total = 0.0
        for inputs, labels in train:
            loss = F.cross_entropy(model(inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(f"epoch {epoch}: loss {total / len(train):.3f}, accuracy {accuracy(model, valid):.3f}")


if __name__ == "__main__":
    main()
