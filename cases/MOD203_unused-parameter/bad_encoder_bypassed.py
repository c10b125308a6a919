"""A recurrent reader of two sequences; both should pass an encoder of their own."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = nn.GRU(3, 10, batch_first=True)
        self.right = nn.Sequential(nn.Linear(3, 10), nn.Tanh(), nn.Linear(10, 10))  # expect: MOD203
        self.compare = nn.Bilinear(10, 10, 1)

    def forward(self, first, second):
        _, a = self.left(first)
        _, b = self.left(second)
        return self.compare(a[-1], b[-1]).squeeze(1)


torch.manual_seed(0)
first, second = torch.randn(256, 8, 3), torch.randn(256, 8, 3)
same = (first.sum((1, 2)) * second.sum((1, 2)) > 0).float()
model = Pair()
optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3)
for epoch in range(4):
    for index, (a, b, target) in enumerate(DataLoader(TensorDataset(first, second, same), batch_size=32)):
        loss = nn.functional.binary_cross_entropy_with_logits(model(a, b), target)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    print(f"epoch {epoch}: {loss.item():.4f}")
