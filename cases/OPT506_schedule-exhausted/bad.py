"""A small classifier of noisy rings, with a cosine schedule."""

import torch
from torch import nn
from torch.optim.lr_scheduler import CosineAnnealingLR
from torch.utils.data import DataLoader, TensorDataset


def rings(n):
    labels = torch.randint(0, 3, (n,))
    angle = 2 * torch.pi * torch.rand(n)
    radius = 1.0 + labels + 0.25 * torch.randn(n)
    return TensorDataset(torch.stack([radius * angle.cos(), radius * angle.sin()], 1), labels)


def evaluate(model, loader):
    model.eval()
    hits = 0
    with torch.no_grad():
        for points, labels in loader:
            hits += (model(points).argmax(1) == labels).sum().item()
    return hits / len(loader.dataset)


def main():
    torch.manual_seed(0)
    epochs = 30
    train = DataLoader(rings(1280), batch_size=32, shuffle=True)
    valid = DataLoader(rings(320), batch_size=64)
    model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = CosineAnnealingLR(optimizer, T_max=epochs)

    for epoch in range(epochs):
        model.train()
        for points, labels in train:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(points), labels)
            loss.backward()
            optimizer.step()
            scheduler.step()  # expect: OPT506
        print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {evaluate(model, valid):.3f}")


if __name__ == "__main__":
    main()
