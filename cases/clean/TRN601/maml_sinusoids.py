"""MAML on sinusoids: the inner update keeps its graph."""

import torch
from torch import nn
from torch.func import functional_call

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(1, 40), nn.ReLU(), nn.Linear(40, 40), nn.ReLU(), nn.Linear(40, 1))
meta = torch.optim.Adam(net.parameters(), lr=1e-3)


def task(k=10):
    amp, phase = torch.rand(1) * 4.9 + 0.1, torch.rand(1) * 3.14

    def draw():
        x = torch.rand(k, 1) * 10 - 5
        return x, amp * torch.sin(x + phase)

    return draw(), draw()


for iteration in range(60):
    meta.zero_grad()
    outer = 0.0
    for _ in range(4):
        (xs, ys), (xq, yq) = task()
        weights = dict(net.named_parameters())
        inner = ((functional_call(net, weights, (xs,)) - ys) ** 2).mean()
        grads = torch.autograd.grad(inner, list(weights.values()), create_graph=True)
        fast = {n: w - 0.01 * g for (n, w), g in zip(weights.items(), grads, strict=True)}
        loss = ((functional_call(net, fast, (xq,)) - yq) ** 2).mean() / 4
        loss.backward()
        outer += loss.item()
    meta.step()
    if iteration % 10 == 0:
        print(iteration, outer)
