"""Right though unusual: Sinkhorn matching; log_softmax over rows and columns in turn, and cross_entropy normalises
the rows once more.
"""

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(5)


class Matcher(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 12))
        self.right = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 12))

    def forward(self, a, b):
        scores = self.left(a) @ self.right(b).transpose(1, 2)
        for _ in range(3):
            scores = F.log_softmax(scores, dim=2)
            scores = F.log_softmax(scores, dim=1)
        return scores


a = torch.randn(500, 6, 4)
order = torch.stack([torch.randperm(6) for _ in range(500)])
b = torch.empty_like(a)
rotation = torch.linalg.qr(torch.randn(4, 4)).Q
b.scatter_(1, order.unsqueeze(-1).expand(-1, -1, 4), a @ rotation)
model = Matcher()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
for epoch in range(8):
    for rows in torch.randperm(400).split(25):
        scores = model(a[rows], b[rows])
        loss = F.cross_entropy(scores.flatten(0, 1), order[rows].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = (model(a[400:], b[400:]).argmax(2) == order[400:]).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, matched {right:.3f}")
