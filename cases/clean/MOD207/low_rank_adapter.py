"""A frozen net with a low-rank adapter whose second factor begins at zero."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Adapted(nn.Module):
    def __init__(self, layer, rank):
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.down = nn.Linear(layer.in_features, rank, bias=False)
        self.up = nn.Linear(rank, layer.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.layer(x) + self.up(self.down(x))


torch.manual_seed(0)
x = torch.randn(480, 16)
y = (x @ torch.randn(16, 5)).argmax(1)
model = nn.Sequential(Adapted(nn.Linear(16, 32), 4), nn.ReLU(), Adapted(nn.Linear(32, 5), 4))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for epoch in range(5):
    for a, b in DataLoader(TensorDataset(x, y), batch_size=48, shuffle=True):
        loss = nn.functional.cross_entropy(model(a), b)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
