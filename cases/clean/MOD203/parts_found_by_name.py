"""Right though unusual: the layer of each epoch is looked up by a name that is put together."""

import torch
import torch.nn.functional as F
from torch import nn


class Stages(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage0, self.stage1, self.stage2 = nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 6)
        self.head = nn.Linear(6, 2)

    def forward(self, x, upto):
        for number in range(upto):
            x = x + torch.tanh(getattr(self, f"stage{number}")(x))
        return self.head(x)


torch.manual_seed(0)
x = torch.randn(320, 6)
y = (x[:, 0] * x[:, 1] > 0).long()
model = Stages()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(9):
    for rows in torch.randperm(320).split(32):
        loss = F.cross_entropy(model(x[rows], min(epoch // 4, 2) + 1), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
