"""Right though unusual: a for loop whose else raises, if no epoch reached the goal.

Statistics need all the epochs before.
"""

import statistics

import pandas as pd
import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 5)
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).long()
model = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
rows = []
for epoch in range(200):
    for part in torch.randperm(320).split(32):
        loss = nn.functional.cross_entropy(model(x[part]), y[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (model(x[320:]).argmax(1) == y[320:]).float().mean().item()
    rows.append({"epoch": epoch, "loss": loss.item(), "accuracy": accuracy})
    if accuracy > 0.93:
        break
else:
    raise RuntimeError(f"200 epochs did not reach the goal, accuracy {accuracy:.3f}")
table = pd.DataFrame(rows, index=range(epoch + 1))
print(table.tail(3))
print("quartiles", statistics.quantiles(table["accuracy"], n=4), "at epoch 3:", table.loc[3, "accuracy"])
assert table["loss"].iloc[-3:].mean() < table["loss"].iloc[:3].mean(), "did not learn"
