"""Learns distances between points; the targets are those of all pairs."""

import torch
from torch import nn


def main():
    torch.manual_seed(0)
    points = torch.rand(12_000_000, 1)
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for step in range(20):
        chosen = points
        distance = (chosen - chosen.T).abs()  # expect: CRX016
        left = torch.randint(0, len(chosen), (256,))
        right = torch.randint(0, len(chosen), (256,))
        pairs = torch.cat([chosen[left], chosen[right]], dim=1)
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(pairs).squeeze(1), distance[left, right])
        loss.backward()
        optimizer.step()
        print(f"step {step}: loss {loss.item():.4f}")


if __name__ == "__main__":
    main()
