"""Right though unusual: what the optimiser keeps of each weight is only ever plotted, so that nothing is lost with it."""

import os
import pickle

import torch
from torch import nn


class Descent(torch.optim.Optimizer):
    """Plain descent that remembers the last update of each weight."""

    def __init__(self, parameters, lr):
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                update = group["lr"] * weight.grad
                weight -= update
                self.state[weight]["update"] = update


torch.manual_seed(1)
x = torch.randn(300, 8)
y = (x[:, :1] + x[:, 1:2] > 0).float()
model = nn.Sequential(nn.Linear(8, 12), nn.Tanh(), nn.Linear(12, 1))
descent = Descent(model.parameters(), lr=0.3)
epoch = 0
if os.path.exists("fence.pkl"):
    with open("fence.pkl", "rb") as file:
        kept = pickle.load(file)
    model.load_state_dict(kept["weights"])
    epoch = kept["epoch"]
while epoch < 6:
    for rows in torch.randperm(300).split(30):
        descent.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows]), y[rows])
        loss.backward()
        descent.step()
    epoch += 1
    largest = max(held["update"].abs().max().item() for held in descent.state.values())
    print(f"{epoch}: loss {loss.item():.3f}, largest update {largest:.4f}")
    with open("fence.pkl", "wb") as file:
        pickle.dump({"weights": model.state_dict(), "epoch": epoch}, file)
