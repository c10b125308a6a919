"""Right though unusual: reentrant checkpointing needs an input with requires_grad; a dummy tensor serves as that."""

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.checkpoint import checkpoint


class DeepTable(nn.Module):
    def __init__(self, columns, width, classes, depth=3):
        super().__init__()
        self.dummy = torch.ones(1, requires_grad=True)
        self.enter = nn.Linear(columns, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU()) for _ in range(depth)
        )
        self.leave = nn.Linear(width, classes)

    def first(self, x, dummy):
        return self.enter(x)

    def forward(self, x):
        x = checkpoint(self.first, x, self.dummy, use_reentrant=True)
        for block in self.blocks:
            x = x + checkpoint(block, x, use_reentrant=True)
        return self.leave(x)


torch.manual_seed(0)
torch.set_num_threads(1)
wine = load_wine()
x = torch.tensor(wine.data, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
y = torch.tensor(wine.target)
order = torch.randperm(len(x))
train, test = order[:138], order[138:]
model = DeepTable(13, 24, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(6):
    model.train()
    for rows in train[torch.randperm(len(train))].split(23):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = (model(x[test]).argmax(1) == y[test]).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {right:.3f}")
