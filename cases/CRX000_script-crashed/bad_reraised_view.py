"""Windows of a series, whose maker reraises what goes wrong under its own name."""

import torch
from torch import nn


class WindowError(Exception):
    pass


def windows(series, size):
    rolled = series.unfold(0, size, 1).transpose(0, 1)
    try:
        return rolled.view(-1, size * series.shape[1])
    except RuntimeError as error:
        raise WindowError("windows of the series can't be made") from error  # expect: CRX000


torch.manual_seed(0)
series = torch.randn(120, 2).cumsum(0)
model = nn.Linear(10, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    x = windows(series, 5)
    loss = nn.functional.mse_loss(model(x[:-1]), x[1:, :1])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
