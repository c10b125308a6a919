"""House prices from a table that is read as text, line by line, with two losses and two optimisers."""

import io
import random

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


def table(rows):
    source = random.Random(3)
    text = io.StringIO()
    for _ in range(rows):
        values = [source.gauss(0, 1) for _ in range(120)]
        price = 2 * values[0] - values[1] + 0.5 * values[2] * values[3] + source.gauss(0, 0.1)
        text.write(";".join(f"{value:+.6f}" for value in [*values, price]) + "\n")
    return text.getvalue()


class Lines(IterableDataset):
    def __init__(self, text):
        self.text = text

    def __iter__(self):
        while True:
            for line in io.StringIO(self.text):
                fields = [float(field.strip()) for field in line.replace(",", ".").split(";")]
                ranks = [sorted(fields[:40]).index(field) / 40 for field in fields[:40]]
                yield torch.tensor(fields[:-1] + ranks), torch.tensor(fields[-1:])


torch.manual_seed(9)
loader = DataLoader(Lines(table(640)), batch_size=32)
body = nn.Sequential(nn.Linear(160, 24), nn.Tanh())
heads = nn.ModuleDict({"price": nn.Linear(24, 1), "spread": nn.Linear(24, 1)})
body_optimiser = torch.optim.Adam(body.parameters(), lr=1e-3)
head_optimiser = torch.optim.SGD(heads.parameters(), lr=1e-2)
likelihood = nn.GaussianNLLLoss()

running = 1.0
for number, (fields, price) in zip(range(200_000), loader):  # expect: PRF001
    hidden = body(fields)
    loss = likelihood(heads["price"](hidden), price, nn.functional.softplus(heads["spread"](hidden)) + 1e-3)
    for optimiser in (body_optimiser, head_optimiser):
        optimiser.zero_grad()
    loss.backward()
    for optimiser in (body_optimiser, head_optimiser):
        optimiser.step()
    running = 0.99 * running + 0.01 * loss.item()
    if number % 1000 == 999:
        print(number, f"{running:.4f}")
print(f"done: {running:.4f}")
