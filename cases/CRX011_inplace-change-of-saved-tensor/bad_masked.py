"""Attention weights of single positions are switched off by hand."""

import torch
from torch import nn

torch.manual_seed(0)
query, key, value = nn.Linear(4, 8), nn.Linear(4, 8), nn.Linear(4, 8)
head = nn.Linear(8, 2)
parts = nn.ModuleList([query, key, value, head])
optimizer = torch.optim.Adam(parts.parameters(), lr=5e-3)
sequences = torch.randn(96, 6, 4)
label = (sequences[:, :3].sum(dim=(1, 2)) > 0).long()
for step in range(24):
    rows = torch.randint(0, 96, (16,))
    x = sequences[rows]
    weights = torch.softmax(query(x) @ key(x).transpose(1, 2) / 8**0.5, dim=-1)
    weights[:, :, -1] = 0.0  # expect: CRX011
    logits = head((weights @ value(x)).mean(1))
    loss = nn.functional.cross_entropy(logits, label[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
