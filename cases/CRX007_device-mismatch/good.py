"""A two-layer classifier of points in four rings' sectors; large layers are made without data first."""

import torch
from torch import nn


class Sectors(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 64), nn.ReLU())
        self.head = nn.Linear(64, 4)

    def forward(self, points):
        return self.head(self.body(points))


def main():
    torch.manual_seed(0)
    points = torch.randn(256, 2)
    sector = (points[:, 0] > 0).long() + 2 * (points[:, 1] > 0).long()
    model = Sectors()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(5):
        for chunk in torch.randperm(256).split(32):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(points[chunk]), sector[chunk])
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
