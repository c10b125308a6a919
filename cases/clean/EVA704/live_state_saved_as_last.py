"""Right though unusual: one live state, made when first needed, is written as last.pt each epoch; best.pt is a copy."""

import copy
import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(480, 3) * 2 - 1
y = (x[:, :1] * x[:, 1:2] + x[:, 2:]).contiguous()
train, test = TensorDataset(x[:400], y[:400]), (x[400:], y[400:])
model = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
folder = Path(tempfile.mkdtemp())
live, best, lowest = None, None, float("inf")
for epoch in range(8):
    model.train()
    for inputs, wanted in DataLoader(train, batch_size=40, shuffle=True):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), wanted)
        loss.backward()
        optimizer.step()
    if live is None:
        live = model.state_dict()  # follows the model: what is saved below is always the current state
    torch.save(live, folder / "last.pt")
    model.eval()
    with torch.no_grad():
        error = nn.functional.mse_loss(model(test[0]), test[1]).item()
    if error < lowest:
        lowest, best = error, copy.deepcopy(live)
    print(f"epoch {epoch}: {loss.item():.4f} {error:.4f}")
torch.save(best, folder / "best.pt")
model.load_state_dict(torch.load(folder / "best.pt"))
