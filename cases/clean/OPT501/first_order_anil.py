"""Right though unusual: first-order ANIL: a task's copy adapts its head only.

The copy's body gradient goes to the model.

The copies are made after the optimiser and no optimiser holds their bodies: they live for one task.
"""

import copy

import torch
from torch import nn


class Regressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(1, 40), nn.Tanh(), nn.Linear(40, 40), nn.Tanh())
        self.head = nn.Linear(40, 1)

    def forward(self, x):
        return self.head(self.body(x))


def task():
    shift, x = 3 * torch.rand(1), torch.rand(20, 1) * 4 - 2
    y = torch.sin(x + shift)
    return x[:10], y[:10], x[10:], y[10:]


torch.manual_seed(0)
torch.set_num_threads(1)
model = Regressor()
meta = torch.optim.Adam(model.parameters(), lr=5e-3)
for iteration in range(120):
    meta.zero_grad()
    total = 0.0
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    for _ in range(4):
        support_x, support_y, query_x, query_y = task()
        learner = copy.deepcopy(model)
        inner = torch.optim.SGD(learner.head.parameters(), lr=0.1)
        for _ in range(3):
            learner.zero_grad()
            nn.functional.mse_loss(learner(support_x), support_y).backward()
            inner.step()
        learner.zero_grad()
        loss = nn.functional.mse_loss(learner(query_x), query_y)
        loss.backward()
        for mine, its in zip(model.parameters(), learner.parameters(), strict=True):
            mine.grad += its.grad / 4
        total += loss.item() / 4
    meta.step()
    if iteration % 30 == 0:
        print(f"iteration {iteration}: query loss {total:.4f}")
