"""A recurrent reader whose states pass a wide layer; updates are written out."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(3)
walks = torch.randn(320, 10, 2).cumsum(dim=1)
ahead = (walks[:, -1, 0] > walks[:, -1, 1]).long()
read = nn.GRU(2, 12, batch_first=True)
widen = nn.Linear(12, 48)
answer = nn.Linear(48, 2)
widen.bias.data.fill_(-9.0)
parts = nn.ModuleList([read, widen, answer])


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = parts

    def forward(self, walk):
        states, _ = self.parts[0](walk)
        wide = F.relu(self.parts[1](states))  # expect: MOD208
        return self.parts[2](wide.mean(dim=1))


reader = Reader()
for epoch in range(4):
    for rows in torch.randperm(320).split(32):
        loss = F.cross_entropy(reader(walks[rows]), ahead[rows])
        loss.backward()
        with torch.no_grad():
            for weight in reader.parameters():
                weight -= 0.1 * weight.grad
                weight.grad = None
    print(f"epoch {epoch}: {loss.item():.3f}")
