"""Right though unusual: the body joins the optimiser in epoch five; a second optimiser with both groups takes over its state."""

import io

import torch
from sklearn.datasets import load_iris
from torch import nn


class Flowers(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 16), nn.Tanh())
        self.head = nn.Linear(16, 3)

    def forward(self, x):
        return self.head(self.body(x))


def fit(model, optimizer, x, y, epochs, joins_in=None):
    for epoch in epochs:
        if epoch == joins_in:
            optimizer.add_param_group({"params": model.body.parameters(), "lr": 2e-3})
        order = torch.randperm(len(x))
        for start in range(0, len(x), 12):
            rows = order[start : start + 12]
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        print(epoch, len(optimizer.param_groups), loss.item())


torch.manual_seed(0)
torch.set_num_threads(1)
data = load_iris()
x = torch.tensor(data.data, dtype=torch.float32)
x, y = (x - x.mean(0)) / x.std(0), torch.tensor(data.target)
model = Flowers()
optimizer = torch.optim.Adam(model.head.parameters(), lr=2e-2)
fit(model, optimizer, x, y, range(8), joins_in=5)
file = io.BytesIO()
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, file)

file.seek(0)
stored = torch.load(file)
again = Flowers()
again.load_state_dict(stored["model"])
second = torch.optim.Adam([{"params": part.parameters()} for part in (again.head, again.body)])
second.load_state_dict(stored["optimizer"])
fit(again, second, x, y, range(8, 14))
