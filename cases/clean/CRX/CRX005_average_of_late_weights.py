"""Right though unusual: weights are averaged from the tenth epoch on; without one to average the end would be a fault."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.optim.swa_utils import AveragedModel

torch.manual_seed(0)
torch.set_num_threads(1)
table = load_digits()
x, y = torch.tensor(table.data[:400], dtype=torch.float32) / 16, torch.tensor(table.target[:400])
model = nn.Sequential(nn.Linear(64, 24), nn.ReLU(), nn.Linear(24, 10))
average = AveragedModel(model)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(14):
    for rows in torch.randperm(320).split(40):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    if epoch >= 9:
        average.update_parameters(model)
    with torch.no_grad():
        print(epoch, nn.functional.cross_entropy(model(x[320:]), y[320:]).item())
share = 1 / average.n_averaged.item()
with torch.no_grad():
    print("weight of each", share, "average:", nn.functional.cross_entropy(average(x[320:]), y[320:]).item())
