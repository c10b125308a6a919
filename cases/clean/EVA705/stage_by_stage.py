"""Right though unusual: training in stages that thaw one more layer, each with an optimiser of its own, resumed by stage."""

import os

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(11)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
stages = [[model[4]], [model[2], model[4]], [model[0], model[2], model[4]]]
done = 0
if os.path.exists("stage.pt"):
    saved = torch.load("stage.pt")
    model.load_state_dict(saved["model"])
    done = saved["stage"]
for stage in range(done, 3):
    for weight in model.parameters():
        weight.requires_grad_(False)
    thawed = [weight.requires_grad_() for layer in stages[stage] for weight in layer.parameters()]
    optimizer = torch.optim.Adam(thawed, lr=5e-3 / (stage + 1))
    for _ in range(3):
        for rows in torch.randperm(1400).split(100):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
    torch.save({"model": model.state_dict(), "stage": stage + 1}, "stage.pt")
    print(stage, loss.item())
