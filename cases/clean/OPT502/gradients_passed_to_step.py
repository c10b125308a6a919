"""Right though unusual: an optimiser that is handed its gradients; the network only ever sees weights it is lent.

A forward through `functional_call`: the module's own parameters are a skeleton and never change.
"""

import torch
from torch import nn
from torch.func import functional_call, grad_and_value


class SignDescent(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-2, beta=0.9):
        super().__init__(params, {"lr": lr, "beta": beta})

    @torch.no_grad()
    def step(self, gradients):
        for group in self.param_groups:
            for p, g in zip(group["params"], gradients, strict=True):
                mean = self.state[p].setdefault("mean", torch.zeros_like(p))
                p.sub_(group["lr"] * (group["beta"] * mean + (1 - group["beta"]) * g).sign())
                mean.lerp_(g, 0.02)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(500, 5)
y = x[:, :1] * x[:, 1:2] + x[:, 2:3]
skeleton = nn.Sequential(nn.Linear(5, 64), nn.Tanh(), nn.Linear(64, 1))
weights = {name: p.detach().clone() for name, p in skeleton.named_parameters()}
optimizer = SignDescent(list(weights.values()), lr=3e-3)


def objective(weights, inputs, targets):
    return nn.functional.mse_loss(functional_call(skeleton, weights, (inputs,)), targets)


slope = grad_and_value(objective)
for epoch in range(12):
    for rows in torch.randperm(400).split(40):
        gradients, _loss = slope(weights, x[rows], y[rows])
        optimizer.step([gradients[name] for name in weights])
    if epoch == 8:
        optimizer.param_groups[0]["lr"] /= 3
    print(epoch, objective(weights, x[400:], y[400:]).item())
