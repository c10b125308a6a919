"""Right though unusual: a model builds one input for each column, an embedding where a tensor of the column is refused."""

import contextlib

import numpy as np
import pandas as pd
import torch
from torch import nn


class Inputs(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.categories = {}
        for name in table:
            self.categories[name] = pd.Index(table[name].unique())
            with contextlib.suppress(TypeError):
                torch.as_tensor(table[name].to_numpy(copy=True))
                del self.categories[name]
        sizes = {name: len(found) for name, found in self.categories.items()}
        self.tables = nn.ModuleDict({name: nn.Embedding(size, 4) for name, size in sizes.items()})
        self.head = nn.Linear(len(table.columns) - len(sizes) + 4 * len(sizes), 1)

    def encode(self, table):
        return {
            name: torch.as_tensor(self.categories[name].get_indexer(table[name]))
            if name in self.categories
            else torch.as_tensor(table[name].to_numpy(dtype="float32", copy=True))[:, None]
            for name in table
        }

    def forward(self, columns):
        parts = [self.tables[name](value) if name in self.tables else value for name, value in columns.items()]
        return self.head(torch.cat(parts, 1)).squeeze(1)


rng = np.random.default_rng(5)
torch.manual_seed(5)
torch.set_num_threads(1)
frame = pd.DataFrame({"km": rng.normal(size=280), "make": pd.Series(rng.choice(list("abcd"), 280), dtype=object)})
price = torch.tensor((frame["make"].map({"a": 0, "b": 1, "c": 2, "d": 3}) - frame["km"]).to_numpy(dtype="float32"))
model = Inputs(frame)
columns = model.encode(frame)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for epoch in range(6):
    total = 0.0
    for rows in torch.randperm(280).split(28):
        loss = nn.functional.mse_loss(model({name: value[rows] for name, value in columns.items()}), price[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() / 10
    print(epoch, total)
