"""Right though unusual: an optional low-precision path is probed once, and left when an operation refuses the dtype."""

import torch
from torch import nn


class Forecaster(nn.Module):
    def __init__(self, channels=3, hidden=24):
        super().__init__()
        self.encoder = nn.GRU(channels, hidden, batch_first=True)
        self.readout = nn.Linear(hidden, 1)

    def forward(self, series):
        _, state = self.encoder(series)
        return self.readout(state[-1])


def working_dtype(model, sample, candidates=(torch.float16, torch.bfloat16, torch.float32)):
    """The first dtype of the data that the model takes as it is."""
    for dtype in candidates:
        try:
            with torch.no_grad():
                model(sample.to(dtype))
        except (RuntimeError, ValueError) as refusal:
            print(f"{dtype} refused: {str(refusal).splitlines()[0]}")
        else:
            return dtype
    raise TypeError("no dtype fits")


torch.manual_seed(3)
torch.set_num_threads(1)
series = torch.randn(420, 10, 3)
target = series[:, -4:, 0].mean(1, keepdim=True) - 0.5 * series[:, -1, 1:2]
model = Forecaster()
dtype = working_dtype(model, series[:2])
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for epoch in range(12):
    model.train()
    for rows in torch.randperm(360).split(36):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(series[rows].to(dtype)), target[rows].to(dtype))
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        error = nn.functional.mse_loss(model(series[360:].to(dtype)), target[360:].to(dtype)).item()
    print(f"epoch {epoch}: {error:.4f}")
