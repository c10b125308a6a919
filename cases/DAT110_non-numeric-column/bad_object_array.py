"""Rows of a text file, split by hand."""

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

rng = np.random.default_rng(1)
rows = [[float(a), float(b), "yes" if a > b else "no"] for a, b in rng.normal(size=(120, 2))]
array = np.array(rows, dtype=object)
torch.manual_seed(1)
data = torch.from_numpy(array)  # expect: DAT110
loader = DataLoader(TensorDataset(data[:, :2], data[:, 2]), batch_size=12)
model = torch.nn.Linear(2, 1)
sgd = torch.optim.SGD(model.parameters(), lr=0.1)
for x, y in loader:
    loss = torch.nn.functional.binary_cross_entropy_with_logits(model(x).squeeze(1), y)
    sgd.zero_grad()
    loss.backward()
    sgd.step()
