"""A linear generator without modules, trained on the energy distance between its draws and what was measured."""

import torch

torch.manual_seed(0)
measured = 3.0 + 2.0 * torch.randn(2000)
weight = (0.1 * torch.randn(3, 1)).requires_grad_()
bias = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.Adam([weight, bias], lr=0.05)

for step in range(120):
    real = measured[torch.randint(0, 2000, (64,))]
    drawn = torch.randn(64, 3) @ weight + bias
    loss = 2 * (drawn - real).abs().mean() - (drawn - drawn.T).abs().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 0:
        print(step, round(loss.item(), 3))
