"""Right though unusual: no .grad and no backward(); torch.autograd.grad returns the gradients (a MAML-like inner step)."""

import torch
import torch.nn.functional as F
from torch.func import functional_call
from torch import nn


def task():
    phase, height = 3.14 * torch.rand(()), 0.5 + torch.rand(())
    x = 6 * torch.rand(2, 20, 1) - 3
    return x, height * torch.sin(x + phase)


def adapted(model, x, y, rate):
    weights = dict(model.named_parameters())
    loss = F.mse_loss(functional_call(model, weights, x), y)
    gradients = torch.autograd.grad(loss, tuple(weights.values()), create_graph=True)
    return {name: weight - rate * g for (name, weight), g in zip(weights.items(), gradients, strict=True)}


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for iteration in range(120):
    total = torch.zeros(())
    for _ in range(4):
        x, y = task()
        total = total + F.mse_loss(functional_call(model, adapted(model, x[0], y[0], rate=0.05), x[1]), y[1])
    gradients = torch.autograd.grad(total / 4, tuple(model.parameters()))
    for weight, gradient in zip(model.parameters(), gradients, strict=True):
        weight.grad = gradient
    optimizer.step()
    if iteration % 40 == 39:
        print(f"iteration {iteration}: loss after one inner step {total.item() / 4:.4f}")
