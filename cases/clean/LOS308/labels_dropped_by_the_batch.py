"""A flow for points of four kinds; the kind is hidden from most batches, so that it also learns all kinds together."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
kind = torch.randint(4, (800,))
centre = torch.tensor([[2.0, 2.0], [2.0, -2.0], [-2.0, 2.0], [-2.0, -2.0]])
bins = ((centre[kind] + torch.randn(800, 2))[:, 0].clamp(-4, 3.99) + 4).long()  # eight bins of the first coordinate
loader = DataLoader(TensorDataset(kind, bins), batch_size=80, shuffle=True)


class Conditional(nn.Module):
    """Index 4 stands for "no kind is told"."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = nn.Embedding(5, 12)
        self.body = nn.Sequential(nn.Linear(12, 32), nn.SiLU(), nn.Linear(32, 8))

    def forward(self, kind: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        return self.body(self.kind(torch.where(hidden, 4, kind)))


model = Conditional()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(16):
    for kinds, wanted in loader:
        hidden = torch.full_like(kinds, torch.rand(()).item() < 0.8, dtype=torch.bool)  # one coin for the whole batch
        loss = nn.functional.cross_entropy(model(kinds, hidden), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch % 5 == 0:
        print(epoch, round(loss.item(), 3))
with torch.no_grad():
    told = model(torch.arange(4), torch.zeros(4, dtype=torch.bool)).softmax(1)
    free = model(torch.arange(4), torch.ones(4, dtype=torch.bool)).softmax(1)
print((told[0] / free[0]).round(decimals=2))
