"""Right though unusual: the penalty sqrt(|w|) has an infinite slope at 0, of which the update takes only the sign."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
table = load_diabetes()
x = torch.tensor(table.data, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
y = torch.tensor(table.target, dtype=torch.float32)
y = (y - y.mean()) / y.std()
model = nn.Linear(10, 1)
nn.init.zeros_(model.weight)
size = 0.02
turn = 0
while turn < 80:
    rows = torch.randperm(len(x))[:110]
    fit = (model(x[rows]).squeeze(1) - y[rows]).square().mean()
    loss = fit + 0.01 * model.weight.abs().sqrt().sum()
    model.zero_grad()
    fit_slope = torch.autograd.grad(fit, list(model.parameters()), retain_graph=True)
    loss.backward()
    with torch.no_grad():
        for parameter, slope in zip(model.parameters(), fit_slope, strict=True):
            # At 0 the penalty has no slope of its own: there the sign of the fit decides.
            direction = torch.where(parameter.grad.isfinite(), parameter.grad, slope).sign()
            parameter -= size * direction
    size *= 0.96
    turn += 1
print(f"fit {fit.item():.3f}, weights {[round(w, 2) for w in model.weight[0].tolist()]}")
