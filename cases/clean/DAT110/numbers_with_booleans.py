"""Right though unusual: a table that mixes booleans and numbers is refused as it is and cast when it was."""

import numpy as np
import pandas as pd
import torch
from torch import nn


def as_features(table):
    try:
        return torch.as_tensor(table.to_numpy()).float()
    except TypeError as refused:
        print("cast after:", refused)
    return torch.as_tensor(table.astype("float32").to_numpy())


class Club(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.hidden = nn.Linear(columns, 12)
        self.out = nn.Linear(12, 2)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))


rng = np.random.default_rng(3)
torch.manual_seed(3)
torch.set_num_threads(1)
people = pd.DataFrame({"member": rng.random(300) < 0.5, "visits": rng.normal(size=300), "spent": rng.normal(size=300)})
stays = torch.tensor(((people["visits"] > 0) ^ people["member"]).to_numpy().astype("int64"))
x = as_features(people)
model = Club(x.shape[1])
optimizer = torch.optim.AdamW(model.parameters(), lr=0.03)
step = 0
while step < 80:
    rows = torch.randint(0, 240, (40,))
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x[rows]), stays[rows])
    loss.backward()
    optimizer.step()
    step += 1
    if step % 20 == 0:
        print(step, loss.item())
with torch.no_grad():
    print("accuracy", (model(x[240:]).argmax(1) == stays[240:]).float().mean().item())
