"""Right though unusual: a run's directory must be new, its log too; the log is read back and must hold every epoch."""

import csv
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
EPOCHS = 9
place = Path("runs-of-this-example")
number = len(list(place.glob("run-*")))
run = place / f"run-{number:03d}"
run.mkdir(parents=True)  # an older run must never be overwritten
x = torch.randn(256, 4)
y = x[:, :1] - x[:, 1:2].abs()
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
with open(run / "log.csv", "x", newline="") as file:
    writer = csv.writer(file)
    for epoch in range(EPOCHS):
        for rows in torch.randperm(256).split(32):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        writer.writerow([epoch, f"{loss.item():.5f}"])
        if epoch % 3 == 2:
            torch.save(model.state_dict(), run / f"epoch-{epoch}.pt")
lines = list(csv.reader((run / "log.csv").open()))
for epoch in range(EPOCHS):
    assert int(lines[epoch][0]) == epoch
model.load_state_dict(torch.load(run / "epoch-5.pt"))
files = sorted(path.name for path in run.iterdir())
if files != ["epoch-2.pt", "epoch-5.pt", "epoch-8.pt", "log.csv"]:
    raise FileNotFoundError(f"incomplete run: {files}")
for path in sorted(run.iterdir()):
    path.unlink()
run.rmdir()
place.rmdir()
