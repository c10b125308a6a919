"""Right though unusual: the optimiser steps every time; after a loss that is not finite there is no backward, so no
gradient and no change.
"""

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(3)
torch.set_num_threads(1)
counts = torch.poisson(torch.full((900, 6), 3.0))
counts[torch.rand(900) < 0.004] = 0.0
label = (counts[:, 0] + counts[:, 1] > counts[:, 2] + counts[:, 3]).long()
loader = DataLoader(TensorDataset(counts[:720], label[:720]), batch_size=36, shuffle=True)
model = torch.nn.Sequential(torch.nn.Linear(6, 24), torch.nn.ReLU(), torch.nn.Linear(24, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)


def objective(x, y):
    share = x / x.sum(1, keepdim=True)  # 0 / 0 for an empty row
    return F.cross_entropy(model(6 * share - 1), y)


for epoch in range(5):
    empty = 0
    for x, y in loader:
        optimizer.zero_grad(set_to_none=True)
        loss = objective(x, y)
        if loss.isfinite():
            loss.backward()
        else:
            empty += 1
        optimizer.step()
    with torch.no_grad():
        some = counts[720:].sum(1) > 0
        valid = objective(counts[720:][some], label[720:][some]).item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, batches with an empty row {empty}, validation {valid:.3f}")
