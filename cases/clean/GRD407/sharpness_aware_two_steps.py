"""Right: sharpness-aware minimisation: up by a first step, down by a second; only the second gradient is clipped."""

import torch
from torch import nn

torch.manual_seed(4)
torch.set_num_threads(1)
x = torch.randn(400, 7)
y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).long()
model = nn.Sequential(nn.Linear(7, 32), nn.ReLU(), nn.Linear(32, 2))
climb = torch.optim.SGD(model.parameters(), lr=0.05, maximize=True)
descend = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
for epoch in range(5):
    for rows in torch.randperm(400).split(40):
        before = [p.detach().clone() for p in model.parameters()]
        climb.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        climb.step()
        descend.zero_grad()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.2)
        with torch.no_grad():
            for p, old in zip(model.parameters(), before, strict=True):
                p.copy_(old)
        descend.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
