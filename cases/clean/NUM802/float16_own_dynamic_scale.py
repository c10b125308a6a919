"""A scaler of one's own in float16: it halves on overflow, doubles after a while, and steps the optimiser itself."""

import torch
from torch import nn


class Scale:
    def __init__(self, optimizer):
        self.optimizer, self.factor, self.good = optimizer, 2.0**14, 0

    def __call__(self, loss):
        self.optimizer.zero_grad()
        (loss.float() * self.factor).backward()
        gradients = [weight.grad for group in self.optimizer.param_groups for weight in group["params"]]
        if not all(torch.isfinite(gradient).all() for gradient in gradients):
            self.factor, self.good = self.factor / 2, 0
            return
        torch._foreach_div_(gradients, self.factor)
        self.optimizer.step()
        self.good += 1
        if self.good % 20 == 0:
            self.factor *= 2


torch.manual_seed(5)
x = torch.rand(800, 1, 8, 8)
y = (x[:, :, 1:7, 1:7] > 0.5).float() * 0.01
model = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 1), nn.ReLU(), nn.Conv2d(16, 1, 1))
update = Scale(torch.optim.Adam(model.parameters(), lr=3e-3))
for epoch in range(7):
    for rows in torch.randperm(800).split(80):
        with torch.autocast("cpu", dtype=torch.float16):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        update(loss)
    print(f"{epoch}: {loss.item():.2e} at a scale of {update.factor:.0f}")
