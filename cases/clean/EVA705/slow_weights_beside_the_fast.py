"""Right though unusual: lookahead; the slow weights and the hand-written momentum of the fast ones are kept by name."""

import os

import torch
from torch import nn

torch.manual_seed(16)
x = torch.randn(400, 5)
y = torch.tanh(x[:, :1] * 2) + x[:, 1:2]
model = nn.Sequential(nn.Linear(5, 24), nn.Tanh(), nn.Linear(24, 1))
slow = {name: weight.detach().clone() for name, weight in model.named_parameters()}
speed = {name: torch.zeros_like(weight) for name, weight in model.named_parameters()}
step = 0
if os.path.exists("look.pt"):
    saved = torch.load("look.pt")
    slow, speed, step = saved["slow"], saved["speed"], saved["step"]
    model.load_state_dict(saved["fast"])
while step < 150:
    rows = torch.randint(400, (40,))
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    model.zero_grad()
    loss.backward()
    step += 1
    with torch.no_grad():
        for name, weight in model.named_parameters():
            speed[name].mul_(0.9).add_(weight.grad)
            weight.sub_(0.02 * speed[name])
            if step % 5 == 0:
                slow[name].lerp_(weight, 0.5)
                weight.copy_(slow[name])
    if step % 5 == 0:
        torch.save({"fast": model.state_dict(), "slow": slow, "speed": speed, "step": step}, "look.pt")
        print(step, loss.item())
