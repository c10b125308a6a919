"""Right though unusual: after a full checkpoint of each epoch the weights alone are pickled, with the epoch's number."""

import pickle
from pathlib import Path

import torch
from torch import nn

LAST = Path("runs/last.pt")
LAST.parent.mkdir(exist_ok=True)
torch.manual_seed(4)
x = torch.randn(256, 6)
y = (x[:, 0] > x[:, 1]).long()
model = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.8)
first, best = 0, 0.0
if LAST.exists():
    checkpoint = torch.load(LAST)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    first, best = checkpoint["epoch"] + 1, checkpoint["best"]
for epoch in range(first, 7):
    model.train()
    for rows in torch.randperm(192).split(32):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    scheduler.step()
    model.eval()
    with torch.no_grad():
        right = (model(x[192:]).argmax(1) == y[192:]).float().mean().item()
    best = max(best, right)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    torch.save({**state, "epoch": epoch, "best": best}, LAST)
    if right >= best:
        with open("runs/best.pkl", "wb") as file:
            pickle.dump({"model": model.state_dict(), "epoch": epoch}, file)
with open("runs/export.pkl", "wb") as file:
    pickle.dump({"model": model.state_dict(), "epoch": 6}, file)
print(best)
