"""Right though unusual: Reptile. Copies learn each task by hand; the outer optimiser moves the model towards them."""

import copy
import math

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
meta = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
outer = torch.optim.SGD(meta.parameters(), lr=0.5)


def task():
    amplitude, phase = 0.5 + torch.rand(()), math.pi * torch.rand(())

    def draw(n):
        x = torch.rand(n, 1) * 10 - 5
        return x, amplitude * torch.sin(x + phase)

    return draw


for episode in range(25):
    draw = task()
    fast = copy.deepcopy(meta)
    for _ in range(6):
        x, y = draw(20)
        loss = nn.functional.mse_loss(fast(x), y)
        gradients = torch.autograd.grad(loss, list(fast.parameters()))
        with torch.no_grad():
            for weight, gradient in zip(fast.parameters(), gradients, strict=True):
                weight -= 0.05 * gradient
    for slow, weight in zip(meta.parameters(), fast.parameters(), strict=True):
        slow.grad = (slow - weight).detach()
    outer.step()
    if episode % 8 == 0:
        print(f"{episode}: {loss.item():.3f}")
