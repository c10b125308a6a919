"""Right though unusual: training is interrupted on purpose, resumed from its file, and must end where it would have."""

import tempfile
from pathlib import Path

import torch
from torch import nn


class Interrupted(KeyboardInterrupt):
    pass


def train(folder, epochs, interrupt_at=None):
    torch.manual_seed(7)
    model = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    x = torch.randn(128, 3)
    y = torch.sin(x[:, :1]) + 0.5 * x[:, 1:2]
    file, first, log = folder / "state.pt", 0, []
    if file.exists():
        saved = torch.load(file)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        first, log = saved["epoch"] + 1, saved["log"]
    for epoch in range(first, epochs):
        order = torch.randperm(128, generator=torch.Generator().manual_seed(epoch))
        for rows in order.split(16):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        log.append(loss.item())
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch, "log": log}, file)
        if epoch == interrupt_at:
            raise Interrupted
    return log


torch.set_num_threads(1)
with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
    straight = train(Path(one), 11)
    try:
        train(Path(two), 11, interrupt_at=5)
    except KeyboardInterrupt:
        print("interrupted, going on")
    resumed = train(Path(two), 11)
assert len(resumed) == 11
assert torch.allclose(torch.tensor(resumed), torch.tensor(straight)), "resuming changed the result"
print(f"both end at {resumed[-1]:.5f}")
