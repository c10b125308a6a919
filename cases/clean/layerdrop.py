"""Right though unusual: each training step skips some blocks at random, so not every block gets a gradient every time."""

import random

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Stack(nn.Module):
    def __init__(self, width=24, depth=5, drop=0.4):
        super().__init__()
        self.stem = nn.Linear(6, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU()) for _ in range(depth)
        )
        self.head = nn.Linear(width, 2)
        self.drop = drop

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            if not self.training or random.random() >= self.drop:
                x = x + block(x)
        return self.head(x)


random.seed(0)
torch.manual_seed(0)
x = torch.randn(640, 6)
y = (x[:, 0] * x[:, 1] > 0).long()
loader = DataLoader(TensorDataset(x[:512], y[:512]), batch_size=32, shuffle=True)
model = Stack()
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
for epoch in range(8):
    model.train()
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracy = (model(x[512:]).argmax(1) == y[512:]).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
