"""One encoder with two heads: the kind of a point and its distance from the middle."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(2, 32), nn.ReLU())
        self.kind = nn.Linear(32, 2)
        self.distance = nn.Linear(32, 1)

    def forward(self, points):
        code = self.encoder(points)
        return self.kind(code), self.distance(code).squeeze(1)


def main():
    torch.manual_seed(0)
    points = torch.randn(320, 2)
    data = TensorDataset(points, (points[:, 0] > 0).long(), points.norm(dim=1))
    model = TwoHeads()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(5):
        for batch, kind, distance in DataLoader(data, batch_size=32, shuffle=True):
            optimizer.zero_grad()
            logits, length = model(batch)
            kind_loss = nn.functional.cross_entropy(logits, kind)
            distance_loss = nn.functional.mse_loss(length, distance)
            kind_loss.backward()
            distance_loss.backward()  # expect: CRX010
            optimizer.step()
        print(f"epoch {epoch}: {kind_loss.item():.3f} {distance_loss.item():.3f}")


if __name__ == "__main__":
    main()
