"""Right though unusual: the body is frozen for the first epochs and joins the head later."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x = torch.randn(320, 6)
y = (x[:, 0] * x[:, 1] > 0).long()
body = nn.Sequential(nn.Linear(6, 16), nn.ReLU()).requires_grad_(False)
head = nn.Linear(16, 2)
optimizer = torch.optim.Adam([*body.parameters(), *head.parameters()], lr=1e-2)
for epoch in range(6):
    if epoch == 3:
        body.requires_grad_(True)
    for rows in torch.randperm(320).split(32):
        loss = F.cross_entropy(head(body(x[rows])), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
