"""Right though unusual: a batch over the budget raises MemoryError; it is taken again in halves, down to what fits."""

import torch
from torch import nn

BUDGET = 24 * 8


class Budgeted(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 12), nn.GELU(), nn.Linear(12, 2))

    def forward(self, x):
        if x.numel() > BUDGET:
            raise MemoryError(f"{x.numel()} numbers, {BUDGET} fit")
        return self.layers(x)


def accumulate(model, x, y, whole):
    try:
        loss = nn.functional.cross_entropy(model(x), y, reduction="sum") / whole
    except MemoryError:
        if len(x) == 1:
            raise
        middle = len(x) // 2
        return accumulate(model, x[:middle], y[:middle], whole) + accumulate(model, x[middle:], y[middle:], whole)
    loss.backward()
    return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 8)
y = (x[:, 0] * x[:, 1] > 0).long()
model = Budgeted()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(6):
    total = 0.0
    for rows in torch.randperm(256).split(64):
        optimizer.zero_grad()
        total += accumulate(model, x[rows], y[rows], len(rows))
        optimizer.step()
    with torch.no_grad():
        right = sum((model(x[i : i + 16]).argmax(1) == y[i : i + 16]).sum().item() for i in range(256, 320, 16))
    print(epoch, round(total / 4, 3), right / 64)
