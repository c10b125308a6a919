"""Right though unusual: the rows of a layer are one row by construction; only the thresholds differ (ordinal model)."""

import torch
from torch import nn
from torch.nn.utils import parametrize


class OneRow(nn.Module):
    """All rows of a weight are the first."""

    def forward(self, weight):
        return weight[:1].expand_as(weight)


class Ordinal(nn.Module):
    def __init__(self, columns, levels):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(columns, 24), nn.ReLU())
        self.above = nn.Linear(24, levels - 1)
        nn.init.zeros_(self.above.bias)
        parametrize.register_parametrization(self.above, "weight", OneRow())

    def forward(self, x):
        return self.above(self.body(x))


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(800, 6)
score = x[:, 0] + x[:, 1] ** 2 + 0.2 * torch.randn(800)
level = torch.bucketize(score, score.quantile(torch.tensor([0.25, 0.5, 0.75])))
passed = (level[:, None] > torch.arange(3)).float()
model = Ordinal(6, 4)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(10):
    for rows in torch.randperm(600).split(50):
        loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows]), passed[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        off = ((model(x[600:]) > 0).sum(1) - level[600:]).abs().float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, levels off {off.item():.3f}")
