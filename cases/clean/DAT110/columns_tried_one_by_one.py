"""Right though unusual: every column is tried as a tensor; what is no numbers is coded by its categories."""

import numpy as np
import pandas as pd
import torch
from torch import nn

rng = np.random.default_rng(0)
torch.manual_seed(0)
torch.set_num_threads(1)
table = pd.DataFrame(
    {
        "area": rng.normal(size=320),
        "colour": pd.Series(rng.choice(["red", "green", "blue"], 320), dtype=object),
        "age": rng.normal(size=320),
    }
)
label = ((table["area"] + (table["colour"] == "red") - 0.5 * table["age"]) > 0.3).to_numpy()


def column_tensor(column):
    try:
        return torch.from_numpy(column.to_numpy(copy=True)).float()[:, None]
    except TypeError:
        codes, _ = pd.factorize(column, sort=True)
        return nn.functional.one_hot(torch.as_tensor(codes)).float()


x = torch.cat([column_tensor(table[name]) for name in table], dim=1)
y = torch.tensor(label, dtype=torch.float32)
model = nn.Linear(x.shape[1], 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for epoch in range(8):
    for rows in torch.randperm(256).split(32):
        loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows]).squeeze(1), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, ((model(x[256:]).squeeze(1) > 0) == y[256:].bool()).float().mean().item())
