"""The penalty's weights are made in front of the model's being filled and stay without data."""
import torch
from torch import nn


class Penalty:
    def __init__(self, model):
        self.scales = [torch.ones_like(p, device="meta") for p in model.parameters()]

    def __call__(self, model):
        total = 0.0
        for scale, parameter in zip(self.scales, model.parameters(), strict=True):
            total = total + (scale * parameter.square()).sum()  # expect: CRX007
        return total


torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
model = nn.Linear(4, 1)
penalty = Penalty(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for rows in torch.randperm(200).split(20):
    loss = nn.functional.mse_loss(model(x[rows]), y[rows]) + 1e-4 * penalty(model)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
