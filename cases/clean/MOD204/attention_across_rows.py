"""Right though unusual: rows of a table attend to the other rows of their batch, as well as columns to columns."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Rows(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.embed = nn.Linear(6, width)
        self.across = nn.MultiheadAttention(width, 4)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 3)

    def forward(self, table):
        rows = torch.relu(self.embed(table))
        seen, _ = self.across(rows[:, None], rows[:, None], rows[:, None])
        return self.head(self.norm(rows + seen[:, 0]))


torch.manual_seed(0)
x = torch.randn(512, 6)
y = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
model = Rows()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(4):
    for inputs, target in loader:
        loss = F.cross_entropy(model(inputs), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
