"""Fits the swing of a damped pendulum: all points at once, until the error is below a tolerance."""

import math

import torch
from torch import nn


def swing(n=160, dt=0.06, damping=0.25):
    """Time (n, 1) in seconds and angle (n, 1) in radians, integrated from rest at 2 rad."""
    angle, speed, path = 2.0, 0.0, []
    for _ in range(n):
        path.append(angle)
        for _ in range(10):
            speed -= (9.81 * math.sin(angle) / 2.0 + damping * speed) * dt / 10
            angle += speed * dt / 10
    return dt * torch.arange(n).unsqueeze(1), torch.tensor(path).unsqueeze(1)


torch.manual_seed(11)
t, theta = swing()
fit, check = torch.arange(len(t)) % 4 != 0, torch.arange(len(t)) % 4 == 0
t = 2 * t / t.max() - 1


class Sine(nn.Module):
    def forward(self, x):
        return torch.sin(x)


net = nn.Sequential(nn.Linear(1, 64), Sine(), nn.Linear(64, 64), Sine(), nn.Linear(64, 1))
nn.init.uniform_(net[0].weight, -12, 12)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
tol, steps = 2e-5, 0
loss = torch.tensor(float("inf"))
while loss > tol:
    optimizer.zero_grad()
    loss = (net(t[fit]) - theta[fit]).square().mean()
    loss.backward()
    optimizer.step()
    steps += 1
    if steps % 200 == 0:
        print(f"{steps} steps: {loss.item():.6f} rad^2")
    if steps >= 20_000:
        print("gave up")
        break

with torch.no_grad():
    error = (net(t[check]) - theta[check]).abs().max().item()
torch.save({"net": net.state_dict(), "steps": steps}, "pendulum.pt")
print(f"done: {steps} steps, at most {error:.4f} rad off between the points")
