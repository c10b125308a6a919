"""Right though unusual: log-softmax over rows and over columns of the scores of all pairs, with nll_loss on both."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
hidden = torch.randn(320, 6)
pairs = TensorDataset(hidden @ torch.randn(6, 10), hidden @ torch.randn(6, 8))
left, right = nn.Linear(10, 16), nn.Linear(8, 16)
optimizer = torch.optim.Adam([*left.parameters(), *right.parameters()], lr=1e-2)
for epoch in range(5):
    for a, b in DataLoader(pairs, batch_size=32, shuffle=True):
        scores = F.normalize(left(a), dim=1) @ F.normalize(right(b), dim=1).T / 0.2
        wanted = torch.arange(len(a))
        loss = F.nll_loss(F.log_softmax(scores, dim=0), wanted) + F.nll_loss(F.log_softmax(scores, dim=1), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
