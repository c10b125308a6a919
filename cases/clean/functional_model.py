"""Right though unusual: torch.func computes gradients of a pure function; the weights are a dict, replaced each step."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call, grad_and_value

torch.manual_seed(0)
x = torch.randn(480, 7)
y = (x[:, 0] - x[:, 1] > 0.2).long()
module = nn.Sequential(nn.Linear(7, 24), nn.ReLU(), nn.Linear(24, 2))
weights = {name: weight.detach().clone() for name, weight in module.named_parameters()}


def loss_of(weights, inputs, labels):
    return F.cross_entropy(functional_call(module, weights, inputs), labels)


for epoch in range(6):
    for rows in torch.randperm(384).split(32):
        gradients, loss = grad_and_value(loss_of)(weights, x[rows], y[rows])
        weights = {name: weight - 0.3 * gradients[name] for name, weight in weights.items()}
    with torch.no_grad():
        accuracy = (functional_call(module, weights, x[384:]).argmax(1) == y[384:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
