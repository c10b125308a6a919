"""Sweetness of fruit from its spectrum; Adam is written out by hand to keep its state in one place."""

import torch
import torch.nn.functional as F


class Adam:
    def __init__(self, parameters, rate=1e-3, first=0.9, second=0.999, small=1e-8):
        self.parameters = list(parameters)
        self.rate, self.first, self.second, self.small = rate, first, second, small
        self.mean = [torch.zeros_like(p) for p in self.parameters]
        self.square = [torch.zeros_like(p) for p in self.parameters]
        self.count = 0

    def clear(self):
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def update(self):
        self.count += 1
        for parameter, mean, square in zip(self.parameters, self.mean, self.square, strict=True):
            mean.lerp_(parameter.grad, 1 - self.first)
            square.lerp_(parameter.grad**2, 1 - self.second)
            size = (square / (1 - self.second**self.count)).sqrt() + self.small
            parameter += self.rate * mean / (1 - self.first**self.count) / size


def spectra(count, seed):
    g = torch.Generator().manual_seed(seed)
    sweetness = torch.randn(count, generator=g)
    bands = torch.linspace(0, 3, 30)
    return torch.cos(bands + sweetness[:, None]) + 0.1 * torch.randn(count, 30, generator=g), sweetness


def batches(spectrum, sweetness, size):
    for rows in torch.randperm(len(sweetness)).split(size):
        yield {"spectrum": spectrum[rows], "sweetness": sweetness[rows]}


class Taster(torch.nn.Module):
    def __init__(self, bands, width=64):
        super().__init__()
        self.first = torch.nn.Linear(bands, width)
        self.second = torch.nn.Linear(width, width)
        self.last = torch.nn.Linear(width, 1)

    def forward(self, spectrum):
        h = F.silu(self.first(spectrum))
        h = F.silu(self.second(h))
        return self.last(h).squeeze(-1)


torch.manual_seed(12)
train, test = spectra(960, 1), spectra(160, 2)
taster = Taster(30)
adam = Adam(taster.parameters())
for epoch in range(6):
    total = 0.0
    for batch in batches(*train, size=32):  # expect: TRN601
        loss = F.mse_loss(taster(batch["spectrum"]), batch["sweetness"])
        adam.clear()
        loss.backward()
        adam.update()
        total += loss.item()
    with torch.no_grad():
        miss = F.l1_loss(taster(test[0]), test[1]).item()
    print(f"epoch {epoch}: {total / 30:.3f}, test {miss:.3f}")
