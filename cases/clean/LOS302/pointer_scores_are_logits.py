"""Right though unusual: a pointer network; one score tensor gives the attention's softmax and, itself, the loss's
logits.
"""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Pointer(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Linear(width, width))
        self.query = nn.Parameter(torch.randn(width))
        self.key = nn.Linear(width, width)

    def forward(self, items):
        h = self.embed(items)
        scores = self.key(h) @ self.query / h.shape[-1] ** 0.5
        glimpse = (F.softmax(scores, dim=1).unsqueeze(-1) * h).sum(1)
        return (self.key(h) * (self.query + glimpse).unsqueeze(1)).sum(-1)


items = torch.randn(900, 6, 2)
wanted = (items[:, :, 0] + items[:, :, 1].abs()).argmax(dim=1)
model = Pointer()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
for epoch in range(6):
    for rows in torch.randperm(720).split(36):
        loss = F.cross_entropy(model(items[rows]), wanted[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (model(items[720:]).argmax(1) == wanted[720:]).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
