"""A table of ten measurements; the rate falls a little with every update."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(1)
table = load_diabetes()
inputs = torch.tensor(table.data * 20).float()
answers = torch.tensor((table.target - 152.0) / 77.0).float()
net = nn.Sequential(nn.Linear(10, 24), nn.SiLU(), nn.Linear(24, 1))
rule = torch.optim.Adam(net.parameters(), lr=1e-2)
decay = torch.optim.lr_scheduler.ExponentialLR(rule, gamma=0.99)

done = 0
while done < 200:
    rows = torch.randint(0, 380, (32,))
    decay.step()  # expect: OPT507
    loss = nn.functional.mse_loss(net(inputs[rows])[:, 0], answers[rows])
    rule.zero_grad()
    loss.backward()
    rule.step()
    done += 1
    if done % 50 == 0:
        print(done, round(loss.item(), 4))
