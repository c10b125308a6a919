"""A regression whose layers get weights of their own choice, as fresh parameters."""

import math

import torch
from sklearn.datasets import make_regression
from torch import nn

torch.manual_seed(10)
table, answers = make_regression(n_samples=600, n_features=8, noise=2.0, random_state=10)
table = torch.tensor(table).float()
answers = torch.tensor((answers - answers.mean()) / answers.std()).float().unsqueeze(1)


def initialise(module):
    if isinstance(module, nn.Linear):
        bound = math.sqrt(3.0 / module.in_features)
        module.weight = nn.Parameter(torch.empty_like(module.weight).uniform_(-bound, bound))
        module.bias = nn.Parameter(torch.zeros_like(module.bias))


net = nn.Sequential(nn.Linear(8, 32), nn.ELU(), nn.Linear(32, 1))
rule = torch.optim.AdamW(net.parameters(), lr=3e-3)  # expect: OPT502
net.apply(initialise)

step = 0
while step < 200:
    rows = torch.randint(0, 500, (50,))
    loss = nn.functional.mse_loss(net(table[rows]), answers[rows])
    rule.zero_grad()
    loss.backward()
    rule.step()
    step += 1
    if step % 50 == 0:
        with torch.no_grad():
            print(step, loss.item(), nn.functional.mse_loss(net(table[500:]), answers[500:]).item())
