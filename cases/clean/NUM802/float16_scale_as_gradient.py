"""The scale of the loss is handed to `backward` as its gradient, and taken out again before the step."""

import torch
from torch import nn

SCALE = torch.tensor(4096.0)
torch.manual_seed(4)
basis = torch.randn(6, 256)
x = torch.randn(900, 6) @ basis / 6**0.5 + 0.05 * torch.randn(900, 256)

model = nn.Sequential(nn.Linear(256, 64), nn.Tanh(), nn.Linear(64, 8), nn.Linear(8, 64), nn.Tanh(), nn.Linear(64, 256))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(20):
    for rows in torch.randperm(900).split(60):
        with torch.autocast("cpu", dtype=torch.float16):
            loss = 1e-3 * nn.functional.mse_loss(model(x[rows]), x[rows])
        optimizer.zero_grad()
        loss.backward(gradient=SCALE)
        with torch.no_grad():
            for weight in model.parameters():
                weight.grad.div_(SCALE)
        optimizer.step()
    print(f"{epoch}: {loss.item():.2e}")
