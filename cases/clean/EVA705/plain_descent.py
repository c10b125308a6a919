"""Right though unusual: nothing but weights and an epoch is kept to go on from, and there is nothing else to keep."""

import os

import torch
from torch import nn

torch.manual_seed(6)
x = torch.randn(200, 4)
y = x @ torch.tensor([[1.0], [-2.0], [0.5], [0.0]])
model = nn.Linear(4, 1)
sgd = torch.optim.SGD(model.parameters(), lr=0.05)
start = 0
if os.path.exists("linear.pt"):
    saved = torch.load("linear.pt")
    model.load_state_dict(saved["model"])
    start = saved["epoch"] + 1
for epoch in range(start, 8):
    for rows in torch.randperm(200).split(20):
        sgd.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        sgd.step()
    torch.save({"model": model.state_dict(), "epoch": epoch}, "linear.pt")
print(loss.item())
