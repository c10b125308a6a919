"""Right though unusual: the weights are a tensor file, the momentum and the step lie in a text file beside it."""

import json
import os

import torch
from torch import nn

torch.manual_seed(9)
x = torch.randn(300, 5)
y = x[:, :1] * x[:, 1:2]
model = nn.Sequential(nn.Linear(5, 24), nn.Tanh(), nn.Linear(24, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
start = 0
if os.path.exists("weights.pt") and os.path.exists("state.json"):
    model.load_state_dict(torch.load("weights.pt"))
    with open("state.json") as file:
        state = json.load(file)
    start = state["epoch"] + 1
    for weight, values in zip(model.parameters(), state["momentum"], strict=True):
        optimizer.state[weight]["momentum_buffer"] = torch.tensor(values)
for epoch in range(start, 10):
    for rows in torch.randperm(300).split(30):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    momentum = [optimizer.state[weight]["momentum_buffer"].tolist() for weight in model.parameters()]
    torch.save(model.state_dict(), "weights.pt")
    with open("state.json", "w") as file:
        json.dump({"epoch": epoch, "momentum": momentum}, file)
    print(epoch, loss.item())
