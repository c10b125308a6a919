"""Right though unusual: each sample goes to one of four experts, which work on theirs alone."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Routed(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(6, 4)
        self.experts = nn.ModuleList(nn.Linear(6, 3) for _ in range(4))

    def forward(self, x):
        weights = self.gate(x).softmax(1)
        best, chosen = weights.max(1)
        result = x.new_zeros(len(x), 3)
        for number, expert in enumerate(self.experts):
            mine = (chosen == number).nonzero()[:, 0]
            result = result.index_add(0, mine, best[mine, None] * expert(x[mine]))
        return result


torch.manual_seed(0)
x = torch.randn(512, 6)
y = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
model = Routed()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(4):
    for inputs, target in loader:
        loss = F.cross_entropy(model(inputs), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
