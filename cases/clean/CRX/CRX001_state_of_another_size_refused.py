"""Right though unusual: a checkpoint of an older, smaller network is tried; what does not fit starts from scratch."""

import tempfile
from pathlib import Path

import torch
from torch import nn


def build(hidden):
    return nn.Sequential(nn.Linear(4, hidden), nn.Tanh(), nn.Linear(hidden, 1))


def warm_start(model, path):
    old = torch.load(path)
    try:
        model.load_state_dict(old)
    except RuntimeError as error:
        print("starts anew:", str(error).splitlines()[1].strip())
        own = model.state_dict()
        model.load_state_dict({name: old[name] if old[name].shape == own[name].shape else own[name] for name in own})


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(260, 4)
y = (x**2).sum(1, keepdim=True).sqrt()
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "old.pt"
    torch.save(build(8).state_dict(), path)
    model = build(32)
    warm_start(model, path)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    for start in range(0, 200, 20):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[start : start + 20]), y[start : start + 20])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, nn.functional.mse_loss(model(x[200:]), y[200:]).item())
