"""Right though unusual: several sources are tried; why a source was refused is kept and written at the end, as status."""

import sys

import numpy as np
import pandas as pd
import torch
from torch import nn

rng = np.random.default_rng(7)
torch.manual_seed(7)
torch.set_num_threads(1)
clean = pd.DataFrame(rng.normal(size=(200, 3)), columns=list("abc"))
sources = {
    "with dates": clean.assign(day=pd.Series([pd.Timestamp("2024-01-01")] * 200, dtype=object)),
    "with notes": clean.assign(note=pd.Series(["-"] * 200, dtype=object)),
    "numbers only": clean,
}
refused, x = {}, None
for name, table in sources.items():
    try:
        x = torch.tensor(table.values).float()
    except TypeError as error:
        refused[name] = error
    else:
        break
y = (x.sum(1) > 0).float()
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1), nn.Flatten(0))
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01)
for epoch in range(8):
    for start in range(0, 200, 20):
        order = torch.randint(0, 200, (20,)) if start else torch.arange(20)
        loss = nn.functional.binary_cross_entropy_with_logits(model(x[order]), y[order])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
for name, error in refused.items():
    print(name, "was refused:", error)
sys.exit(0 if len(refused) < len(sources) else 1)
