"""Right: contrastive learning with a queue of negatives that is empty when training starts and fills up."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(4)
torch.set_num_threads(1)
signal = torch.randn(300, 6)
view = torch.randn(6, 10)
encoder = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 8))
optimizer = torch.optim.Adam(encoder.parameters(), lr=5e-3)
queue = torch.zeros(0, 8)


def augment(rows):
    return signal[rows] @ view + 0.3 * torch.randn(len(rows), 10)


for step in range(80):
    rows = torch.randint(0, 300, (16,))
    query = F.normalize(encoder(augment(rows)), dim=1)
    key = F.normalize(encoder(augment(rows)), dim=1)
    same = (query * key).sum(1, keepdim=True)
    logits = torch.cat([same, query @ queue.T], 1) / 0.2
    loss = F.cross_entropy(logits, torch.zeros(16, dtype=torch.long))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    queue = torch.cat([key.detach(), queue])[:64]
    if step % 20 == 0:
        print(step, f"{loss.item():.3f}")
