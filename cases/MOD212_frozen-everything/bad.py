"""Fine-tuning a small network: the body learns digits below five, then a new head learns the others."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def build(classes):
    body = nn.Sequential(nn.Linear(64, 32), nn.ReLU())
    return nn.Sequential(body, nn.Linear(32, classes))


def freeze(module):
    for parameter in module.parameters():
        parameter.requires_grad = False  # expect: MOD212


def main():
    torch.manual_seed(0)
    digits = load_digits()
    pixels = torch.tensor(digits.data, dtype=torch.float32) / 16
    labels = torch.tensor(digits.target)
    late = labels >= 5
    loader = DataLoader(TensorDataset(pixels[late], labels[late] - 5), batch_size=32, shuffle=True)

    model = build(5)
    freeze(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for epoch in range(5):
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.requires_grad_()
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(f"epoch {epoch}: {total / len(loader):.3f}")


if __name__ == "__main__":
    main()
