"""Right: a two-level class tree: log-probability of the group plus that of the class within it."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(6)
torch.set_num_threads(1)
GROUPS = [[0, 1, 2], [3, 4], [5]]


class Tree(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.root = nn.Linear(inputs, len(GROUPS))
        self.leaves = nn.ModuleList(nn.Linear(inputs, len(group)) for group in GROUPS)

    def forward(self, x):
        root = F.log_softmax(self.root(x), 1)
        parts = [root[:, i : i + 1] + F.log_softmax(leaf(x), 1) for i, leaf in enumerate(self.leaves)]
        return torch.cat(parts, 1)


centres = 2 * torch.randn(6, 8)
y = torch.arange(360) % 6
x = centres[y] + torch.randn(360, 8)
tree = Tree(8)
optimizer = torch.optim.Adam(tree.parameters(), lr=2e-2)
for epoch in range(5):
    for rows in torch.randperm(360).chunk(9):
        loss = F.nll_loss(tree(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, f"{loss.item():.3f}")
