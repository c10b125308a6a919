"""Diabetes progression; the update is a function of its own."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(1)
table = load_diabetes()
inputs = torch.tensor(table.data * 20).float()
answers = torch.tensor((table.target - 152.0) / 77.0).float()
net = nn.Sequential(nn.Linear(10, 24), nn.SiLU(), nn.Linear(24, 1))


def update(net, loss, rate):
    rule = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)  # expect: OPT508
    rule.zero_grad()
    loss.backward()
    rule.step()


done = 0
while done < 200:
    rows = torch.randint(0, 380, (32,))
    loss = F.mse_loss(net(inputs[rows])[:, 0], answers[rows])
    update(net, loss, 0.02)
    done += 1
    if done % 50 == 0:
        print(done, round(loss.item(), 4))

with torch.no_grad():
    print("held out", F.mse_loss(net(inputs[380:])[:, 0], answers[380:]).item())
