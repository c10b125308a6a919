"""Right though unusual: the best epoch counts only after a warm-up of eight epochs; its state must be there in the end."""

import copy

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
table = load_wine()
x = torch.tensor(table.data, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
y = torch.tensor(table.target)
order = torch.randperm(len(x))
train, held = order[:140], order[140:]
model = nn.Sequential(nn.Linear(13, 16), nn.Tanh(), nn.Linear(16, 3))
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
best = None
for epoch in range(20):
    model.train()
    for rows in train[torch.randperm(len(train))].split(20):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        score = nn.functional.cross_entropy(model(x[held]), y[held]).item()
    if epoch >= 8 and (best is None or score < best["score"]):
        best = {"score": score, "epoch": epoch, "state": copy.deepcopy(model.state_dict())}
model.load_state_dict(best["state"])
print(f"best epoch {best['epoch']}: {best['score']:.3f}")
