"""Right though unusual: after each epoch a bfloat16 copy is compared; it must refuse float32, which is checked by trying."""

import copy

import torch
from torch import nn


def narrow_copy(model, example):
    narrow = copy.deepcopy(model).bfloat16()
    try:
        narrow(example)
    except RuntimeError:
        return narrow
    raise AssertionError("the copy is not narrow")


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(250, 4)
y = (x[:, :1] + x[:, 1:2] > 1).float()
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
criterion = nn.BCEWithLogitsLoss()
for epoch in range(5):
    for rows in torch.randperm(200).split(20):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        narrow = narrow_copy(model, x[:2])
        gap = (narrow(x[200:].bfloat16()).float() - model(x[200:])).abs().max()
        print(epoch, criterion(model(x[200:]), y[200:]).item(), "largest gap", gap.item())
