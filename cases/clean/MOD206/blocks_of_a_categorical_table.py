"""Right: an autoencoder for a table of categorical columns; one column has a single category in this extract."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(7)
torch.set_num_threads(1)
hidden = torch.randint(0, 3, (400,))
columns = [(hidden + torch.randint(0, 2, (400,))) % 4, torch.zeros(400, dtype=torch.long), hidden * 2 % 5]
sizes = [int(column.max()) + 1 for column in columns]
one_hot = torch.cat([F.one_hot(c, n) for c, n in zip(columns, sizes, strict=True)], 1).float()
model = nn.Sequential(nn.Linear(sum(sizes), 16), nn.ReLU(), nn.Linear(16, 3), nn.Linear(3, sum(sizes)))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(400).split(40):
        blocks = model(one_hot[rows]).split(sizes, dim=1)
        loss = sum(F.cross_entropy(block, column[rows]) for block, column in zip(blocks, columns, strict=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
