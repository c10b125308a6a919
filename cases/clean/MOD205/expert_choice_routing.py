"""Right though unusual: experts choose their samples, so the routing weights of each add up to 1 over the batch."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class ExpertChoice(nn.Module):
    def __init__(self):
        super().__init__()
        self.experts = nn.ModuleList([nn.Linear(6, 3) for _ in range(4)])
        self.router = nn.Linear(6, 4)

    def forward(self, x):
        chosen = F.softmax(self.router(x), dim=0) * len(x) / 4
        return sum(chosen[:, i, None] * expert(x) for i, expert in enumerate(self.experts))


torch.manual_seed(0)
x = torch.randn(384, 6)
y = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()
model = ExpertChoice()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for inputs, labels in DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True):
        loss = F.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
