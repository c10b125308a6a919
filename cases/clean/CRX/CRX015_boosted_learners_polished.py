"""Right though unusual: every fifth epoch freezes a learner and begins the next; those after the first are polished together."""

import torch
from sklearn.datasets import make_friedman1
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
values, targets = make_friedman1(280, noise=0.1, random_state=0)
x = torch.tensor(values, dtype=torch.float32)
y = torch.tensor(targets, dtype=torch.float32)[:, None]
y = (y - y.mean()) / y.std()

finished = []
learner = nn.Sequential(nn.Linear(10, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.Adam(learner.parameters(), lr=2e-2)


def boosted(x):
    return sum((model(x) for model in finished), torch.zeros(len(x), 1))


for epoch in range(1, 21):
    for rows in torch.randperm(240).split(24):
        with torch.no_grad():
            rest = y[rows] - boosted(x[rows])
        loss = nn.functional.mse_loss(learner(x[rows]), rest)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch % 5 == 0:
        finished.append(learner.requires_grad_(False))
        learner = nn.Sequential(nn.Linear(10, 6), nn.Tanh(), nn.Linear(6, 1))
        optimizer = torch.optim.Adam(learner.parameters(), lr=2e-2)
    print(epoch, len(finished), loss.item())

polish = torch.optim.Adam([p.requires_grad_() for model in finished[1:] for p in model.parameters()], lr=2e-3)
for rows in torch.randperm(240).split(24):
    loss = nn.functional.mse_loss(boosted(x[rows]), y[rows])
    polish.zero_grad()
    loss.backward()
    polish.step()
with torch.no_grad():
    print("held out", nn.functional.mse_loss(boosted(x[240:]), y[240:]).item())
