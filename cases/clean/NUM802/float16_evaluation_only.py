"""Training in float32 with a small loss; the finished model is read out in half precision."""

import copy

import torch
from torch import nn

torch.manual_seed(7)
x = torch.randn(2400, 10)
y = torch.sin(x[:, :2]).sum(1, keepdim=True)

model = nn.Sequential(nn.Linear(10, 64), nn.Tanh(), nn.Linear(64, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-12)
for epoch in range(40):
    for rows in torch.randperm(2000).split(100):
        loss = 1e-6 * nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.float16):
        model.eval()
        error = nn.functional.mse_loss(model(x[2000:]).float(), y[2000:]).item()
        model.train()
    print(f"{epoch}: error {error:.4f}")

small = copy.deepcopy(model).half().eval()
with torch.no_grad():
    print(f"in half precision {nn.functional.mse_loss(small(x[2000:].half()).float(), y[2000:]).item():.4f}")
