"""A model in half precision beside float32 copies that are stepped on, the loss scaled by hand."""

import torch
from torch import nn

SCALE = 2.0**12
torch.manual_seed(11)
x = torch.randn(2000, 20)
y = (x @ torch.randn(20, 6)).argmax(1)

model = nn.Sequential(nn.Linear(20, 96), nn.ReLU(), nn.Linear(96, 6)).half()
copies = [p.detach().float().requires_grad_() for p in model.parameters()]
optimizer = torch.optim.Adam(copies, lr=3e-4)
for epoch in range(40):
    for rows in torch.randperm(len(x)).split(100):
        loss = nn.functional.cross_entropy(model(x[rows].half()).float(), y[rows]) / 100
        model.zero_grad()
        (SCALE * loss).backward()
        for copy, parameter in zip(copies, model.parameters(), strict=True):
            copy.grad = parameter.grad.float() / SCALE
        optimizer.step()
        with torch.no_grad():
            for copy, parameter in zip(copies, model.parameters(), strict=True):
                parameter.copy_(copy)
    print(f"{epoch}: {100 * loss.item():.3f}")
