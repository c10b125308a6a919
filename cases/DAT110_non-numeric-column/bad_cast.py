"""Prices with a missing one written as text."""

import pandas as pd
import torch

torch.manual_seed(0)
prices = pd.DataFrame({"size": [float(i % 7) for i in range(70)], "price": [str(2.0 * (i % 7)) for i in range(70)]})
prices.loc[3, "price"] = "unknown"
values = prices.astype("float32").to_numpy()  # expect: DAT110
table = torch.from_numpy(values)
layer = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)
for part in table.split(10):
    optimizer.zero_grad()
    loss = (layer(part[:, :1]) - part[:, 1:]).abs().mean()
    loss.backward()
    optimizer.step()
