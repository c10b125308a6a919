"""Power of a wind turbine from four readings of its mast; each epoch is pickled, so that training can go on tomorrow."""

import pickle
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

FILE = Path("turbine.pkl")
options = {"lr": 0.02, "momentum": 0.9, "epochs": 6}


def mast(count):
    readings = torch.rand(count, 4)
    speed = readings[:, 0] + 0.2 * readings[:, 1]
    return TensorDataset(readings, (speed**3 - 0.3 * readings[:, 2]).unsqueeze(1))


torch.manual_seed(5)
loader = DataLoader(mast(360), batch_size=24, shuffle=True)
model = nn.Sequential(nn.Linear(4, 24), nn.Tanh(), nn.Linear(24, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=options["lr"], momentum=options["momentum"])
begin = 0
if FILE.exists():
    with FILE.open("rb") as file:
        kept = pickle.load(file)
    model.load_state_dict(kept["model"])
    begin = kept["epoch"]
for epoch in range(begin, options["epochs"]):
    for readings, power in loader:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(readings), power)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
    state = {"model": model.state_dict(), "opt": options, "epoch": epoch + 1}
    with FILE.open("wb") as file:
        pickle.dump(state, file)  # expect: EVA705
