"""A line through noisy points, by a trainer that keeps its loader's workers alive."""

import torch
from torch.utils.data import DataLoader, Dataset


class Points(Dataset):
    def __init__(self, count):
        self.x = torch.linspace(-1, 1, count)
        self.y = 2 * self.x - 1 + 0.1 * torch.randn(count)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return {"x": self.x[index], "y": self.y[index]}


class Fitter:
    def __init__(self, points):
        self.slope = torch.zeros((), requires_grad=True)
        self.offset = torch.zeros((), requires_grad=True)
        self.loader = DataLoader(points, batch_size=20, shuffle=True, num_workers=1, persistent_workers=True)

    def step(self, batch, rate):
        error = (self.slope * batch["x"] + self.offset - batch["y"]).square().mean()
        error.backward()
        with torch.no_grad():
            for value in (self.slope, self.offset):
                value -= rate * value.grad
                value.grad = None
        return error.item()

    def fit(self, epochs):
        epoch = 0
        while epoch < epochs:
            errors = [self.step(batch, 0.1) for batch in self.loader]
            epoch += 1
        return sum(errors) / len(errors)


torch.manual_seed(6)
fitter = Fitter(Points(200))
print("error", fitter.fit(4))  # expect: REP902
