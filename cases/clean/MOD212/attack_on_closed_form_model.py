"""Right though unusual: random features with a closed-form readout, attacked through the frozen network."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
body = nn.Sequential(nn.Linear(4, 64), nn.Tanh()).requires_grad_(False)
x = torch.randn(300, 4)
y = x.prod(1, keepdim=True)
with torch.no_grad():
    z = body(x)
    weights = torch.linalg.solve(z.T @ z + 0.1 * torch.eye(64), z.T @ y)
print(f"closed form: {nn.functional.mse_loss(body(x) @ weights, y).item():.3f}")


def attack(inputs, radius, steps):
    """Largest change of the prediction within a ball, by projected ascent on the inputs."""
    offset = torch.zeros_like(inputs, requires_grad=True)
    optimizer = torch.optim.SGD([offset], lr=0.5, maximize=True)
    for _ in range(steps):
        change = (body(inputs + offset) @ weights - body(inputs) @ weights).pow(2).sum()
        change = change + 1e-3 * offset.sum()  # leaves the saddle at 0
        optimizer.zero_grad()
        change.backward()
        optimizer.step()
        with torch.no_grad():
            offset.renorm_(2, 0, radius)
    return change.item()


for radius in (0.05, 0.1, 0.2):
    print(f"radius {radius}: {attack(x[:50], radius, 10):.3f}")
