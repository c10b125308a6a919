"""Right: a class tree: the group, then the class within the group; one group has a single member."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)
MEMBERS = (1, 3, 2)
x = torch.randn(360, 8)
group = (x @ torch.randn(8, 3)).argmax(1)
member = torch.stack([(x @ torch.randn(8, m)).argmax(1) for m in MEMBERS], 1).gather(1, group[:, None])[:, 0]


class Tree(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(8, 32), nn.ReLU())
        self.group = nn.Linear(32, 3)
        self.members = nn.ModuleList(nn.Linear(32, m) for m in MEMBERS)

    def loss(self, x, group, member):
        h = self.trunk(x)
        total = F.cross_entropy(self.group(h), group)
        for g, head in enumerate(self.members):
            inside = group == g
            if inside.any():
                total = total + F.cross_entropy(head(h[inside]), member[inside])
        return total


tree = Tree()
optimizer = torch.optim.Adam(tree.parameters(), lr=5e-3)
for epoch in range(4):
    for rows in torch.randperm(360).split(30):
        loss = tree.loss(x[rows], group[rows], member[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
