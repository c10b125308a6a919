"""Right though unusual: all weights of the module are frozen; a table of codes outside of it learns."""

import torch
from torch import nn

torch.manual_seed(0)
decoder = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 8))
for weight in decoder.parameters():
    weight.requires_grad = False
wanted = torch.randn(40, 8)
codes = nn.Embedding(40, 4)
optimizer = torch.optim.SGD(codes.parameters(), lr=0.5)
for epoch in range(10):
    for rows in torch.randperm(40).split(8):
        loss = (decoder(codes(rows)) - wanted[rows]).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
