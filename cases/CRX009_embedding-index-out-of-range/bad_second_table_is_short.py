"""Two tables: the words fit, the positions do not; the same line asks both."""
import torch
from torch import nn


class Lookup(nn.Module):
    def __init__(self, **tables):
        super().__init__()
        self.tables = nn.ModuleDict({name: nn.Embedding(rows, 8) for name, rows in tables.items()})

    def forward(self, **ids):
        return sum(self.tables[name](i) for name, i in ids.items())  # expect: CRX009


torch.manual_seed(0)
ids = torch.randint(50, (300, 12))
y = (ids[:, 0] > 24).long()
lookup = Lookup(word=50, place=11)
out = nn.Linear(8, 2)
optimizer = torch.optim.Adam([*lookup.parameters(), *out.parameters()], lr=0.01)
for rows in torch.randperm(300).split(30):
    h = lookup(word=ids[rows], place=torch.arange(12))
    loss = nn.functional.cross_entropy(out(h[:, 0]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
