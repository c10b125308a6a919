"""Right though unusual: a step that does not lower the loss is taken back and retried smaller.

The first ones all are.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.linspace(-1, 1, 200).unsqueeze(1)
y = 50 * torch.sin(3 * x)
model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=10.0)
rejected = 0
for iteration in range(400):
    before = [p.detach().clone() for p in model.parameters()]
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        worse = not nn.functional.mse_loss(model(x), y) < loss
        if worse:
            for p, old in zip(model.parameters(), before, strict=True):
                p.copy_(old)
    rejected += worse
    optimizer.param_groups[0]["lr"] *= 0.5 if worse else 1.2
    if iteration % 50 == 0:
        print(f"{iteration}: loss {loss.item():.3f}, rate {optimizer.param_groups[0]['lr']:.2e}, rejected {rejected}")
