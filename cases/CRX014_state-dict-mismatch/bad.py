"""Trains a classifier, saves it, and reads it back for a report."""

import torch
from torch import nn


def build(hidden):
    return nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 3))


def main():
    torch.manual_seed(0)
    flowers = torch.randn(240, 4)
    kind = (flowers[:, 0] > 0).long() + (flowers[:, 1] > 0).long()
    model = build(hidden=32)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(4):
        for rows in torch.randperm(240).split(24):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(flowers[rows]), kind[rows])
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")
    torch.save(model.state_dict(), "flowers.pt")

    restored = build(hidden=16)
    restored.load_state_dict(torch.load("flowers.pt"))  # expect: CRX014
    restored.eval()
    with torch.no_grad():
        print(f"accuracy {(restored(flowers).argmax(1) == kind).float().mean():.3f}")


if __name__ == "__main__":
    main()
