"""Directions on a sphere: similar readings of a sensor are to be mapped to directions a small angle apart."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def readings(count):
    first = torch.randn(count, 3)
    second = first + 0.3 * torch.randn(count, 3)
    second[::8] = first[::8] * 2
    return TensorDataset(first, second, F.cosine_similarity(first, second).clamp(-1, 1).acos())


class Compass(nn.Module):
    """A linear map, whatever the length of its input."""

    def __init__(self):
        super().__init__()
        self.axes = nn.Linear(3, 2, bias=False)

    def forward(self, sensor):
        return F.normalize(self.axes(sensor), dim=1)


def angle(one, other):
    cosine = (one * other).sum(dim=1).clamp(-1.0, 1.0)
    return torch.acos(cosine)  # expect: GRD406


class Fit:
    def __init__(self, model, data):
        self.model, self.data = model, data
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)

    def step(self, first, second, wanted):
        self.optimizer.zero_grad()
        loss = (angle(self.model(first), self.model(second)) - wanted).abs().mean()
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def run(self, epochs):
        for epoch in range(epochs):
            losses = [self.step(*batch) for batch in self.data]
            print(f"epoch {epoch}: mean error {torch.stack(losses).mean():.4f} rad")


if __name__ == "__main__":
    torch.manual_seed(11)
    Fit(Compass(), DataLoader(readings(640), batch_size=64, shuffle=True)).run(4)
