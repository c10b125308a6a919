"""Right though unusual: the number of candidates to choose from varies, and now and then there is one alone."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
score = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(score.parameters(), lr=5e-3)
for step in range(100):
    candidates = torch.randn(8, [1, 1, 4, 2][step % 4], 6)
    best = candidates[:, :, 0].argmax(dim=1)
    loss = F.cross_entropy(score(candidates).squeeze(2), best)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step}: {loss.item():.4f}")
