"""Two numbers fitted by Adam at a rate of 10: kilograms are in the hundreds."""

import torch

torch.manual_seed(0)
mass = torch.nn.Parameter(torch.tensor(0.0))
drag = torch.nn.Parameter(torch.tensor(0.0))
speed = torch.linspace(1, 10, 100)
force = 740.0 + 31.0 * speed + 5 * torch.randn(100)
opt = torch.optim.Adam([mass, drag], lr=10.0)
for step in range(600):
    residual = mass + drag * speed - force
    loss = residual.pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    if step % 100 == 99:
        print(step, loss.item(), mass.item(), drag.item())
