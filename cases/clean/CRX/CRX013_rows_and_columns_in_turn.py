"""Right though unusual: a table is factorised by rows and columns in turn; after an even number of epochs it lies as at first."""

import torch
from torch import nn


class Factors:
    def __init__(self, table, rank):
        self.table = table
        self.sides = [nn.Parameter(torch.randn(n, rank) * 0.3) for n in table.shape]
        self.optimisers = [torch.optim.Adam([side], lr=0.05) for side in self.sides]

    def turn(self):
        """The other side is trained next."""
        self.table = self.table.t()
        self.sides.reverse()
        self.optimisers.reverse()

    def step(self, rows):
        here, there = self.sides
        loss = nn.functional.mse_loss(here[rows] @ there.t(), self.table[rows])
        self.optimisers[0].zero_grad()
        loss.backward()
        self.optimisers[0].step()
        return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
model = Factors(torch.randn(60, 3) @ torch.randn(3, 40), rank=3)
for epoch in range(24):
    total = 0.0
    for rows in torch.randperm(len(model.table)).split(5):
        total += model.step(rows) * len(rows)
    print(epoch, total / len(model.table))
    model.turn()
flat = model.table.view(-1)
with torch.no_grad():
    guess = (model.sides[0] @ model.sides[1].t()).view(-1)
print("correlation", torch.corrcoef(torch.stack([flat, guess]))[0, 1].item())
