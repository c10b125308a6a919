"""Progression of diabetes from ten measurements; steps are counted, not epochs."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

STEPS = 400
torch.manual_seed(3)
table = load_diabetes()
inputs = torch.tensor(table.data, dtype=torch.float32) * 21.0
progression = torch.tensor(table.target, dtype=torch.float32)
progression = (progression - progression.mean()) / progression.std()
pairs = TensorDataset(inputs[:380], progression[:380])
loader = DataLoader(pairs, batch_size=64, shuffle=True, drop_last=True)

net = nn.Sequential(nn.Linear(10, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
sgd = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, nesterov=True)

step = 0
batches = iter(loader)
while step < STEPS:
    try:
        x, target = next(batches)
    except StopIteration:
        batches = iter(loader)
        x, target = next(batches)
    predicted = net(x).squeeze(1)
    mse = ((predicted - target) ** 2).mean()
    sgd.zero_grad()
    mse.backward()
    sgd.step()
    step += 1
    if step % 100 == 0:
        with torch.no_grad():
            unseen = ((net(inputs[380:]).squeeze(1) - progression[380:]) ** 2).mean()
        print(f"step {step}: batch {mse.item():.3f}, held out {unseen.item():.3f}")
