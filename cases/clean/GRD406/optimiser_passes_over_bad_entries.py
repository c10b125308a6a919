"""Right though unusual: an optimiser of one's own moves only the entries whose gradient is finite."""

import torch
from torch import nn


class CarefulSGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, {"lr": lr, "momentum": momentum})
        self.passed_over = 0

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                good = p.grad.isfinite()
                self.passed_over += int((~good).sum())
                speed = self.state[p].setdefault("speed", torch.zeros_like(p))
                moved = group["momentum"] * speed + torch.where(good, p.grad, 0)
                speed.copy_(torch.where(good, moved, speed))
                p.sub_(group["lr"] * speed * good)


class Power(nn.Module):
    """y = a * x ** b, whose slope in b is 0 times infinity where x is 0."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))
        self.power = nn.Parameter(torch.full((3,), 0.5))

    def forward(self, x):
        return (self.scale * torch.exp(self.power * torch.log(x))).sum(1)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(600, 3) * 2
x[torch.rand(600) < 0.02, 0] = 0
y = 2 * x[:, 0] + x[:, 1] ** 0.3 + 0.5 * x[:, 2] ** 1.5
model = Power()
optimizer = CarefulSGD(model.parameters(), lr=0.02)
for epoch in range(12):
    for rows in torch.randperm(600).split(50):
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}, entries passed over {optimizer.passed_over}")
print(model.scale.tolist(), model.power.tolist())
