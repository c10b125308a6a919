"""Right though unusual: one optimiser for each weight, stepped in the backward, all kept under the weights' names."""

import os

import torch
from torch import nn

torch.manual_seed(7)
x = torch.randn(360, 6)
y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).long()
model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2))
each = {name: torch.optim.Adam([weight], lr=5e-3) for name, weight in model.named_parameters()}


def stepping(optimizer):
    def hook(weight):
        optimizer.step()
        optimizer.zero_grad()

    return hook


for name, weight in model.named_parameters():
    weight.register_post_accumulate_grad_hook(stepping(each[name]))
start = 0
if os.path.exists("fused.pt"):
    saved = torch.load("fused.pt")
    model.load_state_dict(saved["model"])
    for name, state in saved["adam"].items():
        each[name].load_state_dict(state)
    start = saved["epoch"] + 1
for epoch in range(start, 8):
    for rows in torch.randperm(360).split(36):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
    adam = {name: optimizer.state_dict() for name, optimizer in each.items()}
    torch.save({"model": model.state_dict(), "adam": adam, "epoch": epoch}, "fused.pt")
    print(epoch, loss.item())
