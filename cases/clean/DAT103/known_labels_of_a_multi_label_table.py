"""Right: multi-label targets with -1 for "not annotated": the logistic loss of each cell, only the known ones averaged."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(8)
torch.set_num_threads(1)
x = torch.randn(400, 8)
truth = (x @ torch.randn(8, 5) > 0).float()
labels = torch.where(torch.rand(400, 5) < 0.3, -1.0, truth)


def known_bce(logits, labels):
    cells = nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    return cells[labels >= 0].mean()


net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 5))
optimizer = torch.optim.RMSprop(net.parameters(), lr=3e-3)
for epoch in range(4):
    for inputs, targets in DataLoader(TensorDataset(x, labels), batch_size=40, shuffle=True):
        loss = known_bce(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(f"epoch {epoch}: {loss.item():.3f}, {((net(x) > 0) == (truth > 0)).float().mean().item():.3f}")
