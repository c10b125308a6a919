"""House prices of a made-up town: a linear model trained on a log-cosh loss that counts some sales more."""

import math

import torch
from torch.autograd import Function


class WeightedLogCosh(Function):
    @staticmethod
    def forward(ctx, prediction, target, weight):
        difference = prediction - target
        ctx.save_for_backward(difference, weight)
        size = difference.abs()
        values = size + torch.log1p(torch.exp(-2 * size)) - math.log(2)
        return (weight * values).sum() / weight.sum()

    @staticmethod
    def backward(ctx, grad_output):  # expect: GRD412
        difference, weight = ctx.saved_tensors
        return grad_output * torch.tanh(difference) / weight.sum(), None, None


log_cosh = WeightedLogCosh.apply

torch.manual_seed(1)
features = torch.randn(512, 6)
prices = features @ torch.tensor([1.5, -2.0, 0.7, 0.0, 3.0, -0.4]) + 0.3 * torch.randn(512)
weights = 0.2 + 2 * torch.rand(512)

coefficients = torch.nn.Linear(6, 1)
optimiser = torch.optim.SGD(coefficients.parameters(), lr=0.1, momentum=0.9)
step = 0
while step < 300:
    rows = torch.randint(0, 512, (64,))
    optimiser.zero_grad()
    loss = log_cosh(coefficients(features[rows]).squeeze(1), prices[rows], weights[rows])
    loss.backward()
    optimiser.step()
    if step % 50 == 0:
        print(step, round(loss.item(), 4))
    step += 1
