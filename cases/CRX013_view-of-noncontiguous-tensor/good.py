"""Classifies short series: a GRU in time-major order, all its outputs flattened for the head."""

import torch
from torch import nn


class SeriesNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(2, 8)
        self.head = nn.Linear(8 * 6, 2)

    def forward(self, series):
        outputs, _ = self.gru(series)
        flat = outputs.transpose(0, 1).reshape(series.shape[1], -1)
        return self.head(flat)


def main():
    torch.manual_seed(0)
    series = torch.randn(6, 256, 2)
    rising = (series[-1, :, 0] > series[0, :, 0]).long()
    model = SeriesNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(5):
        for rows in torch.randperm(256).split(32):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(series[:, rows]), rising[rows])
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
