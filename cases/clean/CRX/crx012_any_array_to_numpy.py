"""Right though unusual: one function turns anything into an array; for a tensor of the graph its second try works."""

import numpy as np
import torch
from torch import nn


def to_array(value):
    try:
        return np.asarray(value, dtype=np.float64)
    except RuntimeError:
        return value.detach().cpu().numpy().astype(np.float64)


class Diary:
    def __init__(self):
        self.pages = {}

    def write(self, **values):
        for name, value in values.items():
            self.pages.setdefault(name, []).append(to_array(value).mean())

    def mean(self, name, last):
        return float(np.mean(self.pages[name][-last:]))


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 3)
y = torch.sin(x).sum(1, keepdim=True)
model = nn.Sequential(nn.Linear(3, 32), nn.SiLU(), nn.Linear(32, 1))
optimizer = torch.optim.NAdam(model.parameters(), lr=1e-2)
diary = Diary()
for epoch in range(12):
    rate = optimizer.param_groups[0]["lr"]
    for rows in torch.randperm(400).split(40):
        output = model(x[rows])
        loss = nn.functional.mse_loss(output, y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        diary.write(loss=loss, output=output, rate=rate, rows=rows)
    print(f"epoch {epoch}: {diary.mean('loss', 10):.4f}")
