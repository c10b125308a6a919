"""Right though unusual: Langevin particles; an optimiser of its own moves the particles, a network lends its forward.

Each particle is a set of weights. Slopes come from `autograd.grad` and reach the optimiser by a closure, never `.grad`.
"""

import math

import torch
from torch import nn


class Langevin(torch.optim.Optimizer):
    def __init__(self, params, lr, temperature):
        super().__init__(params, {"lr": lr, "temperature": temperature})

    def step(self, closure):
        slopes = closure(self.param_groups)
        with torch.no_grad():
            for group, gradients in zip(self.param_groups, slopes, strict=True):
                noise = math.sqrt(2 * group["lr"] * group["temperature"])
                for p, g in zip(group["params"], gradients, strict=True):
                    p.add_(-group["lr"] * (g + 1e-4 * p) + noise * torch.randn_like(p))


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.linspace(-2, 2, 200).unsqueeze(1)
y = torch.sin(2 * x) + 0.1 * torch.randn(200, 1)
net = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 1))
names = [name for name, _ in net.named_parameters()]
particles = [[torch.randn_like(p) * 0.7 for p in net.parameters()] for _ in range(4)]
sampler = Langevin([{"params": particle} for particle in particles], lr=0.03, temperature=1e-5)


def predict(weights, inputs):
    return torch.func.functional_call(net, dict(zip(names, weights, strict=True)), (inputs,))


for sweep in range(150):
    rows = torch.randint(200, (64,))

    def closure(groups, rows=rows):
        slopes = []
        for group in groups:
            weights = [p.detach().requires_grad_() for p in group["params"]]
            loss = nn.functional.mse_loss(predict(weights, x[rows]), y[rows])
            slopes.append(torch.autograd.grad(loss, weights))
        return slopes

    sampler.step(closure)
    if sweep % 30 == 29:
        with torch.no_grad():
            answers = torch.stack([predict(particle, x) for particle in particles])
        print(f"{sweep}: {nn.functional.mse_loss(answers.mean(0), y).item():.3f} +- {answers.std(0).mean().item():.3f}")
