"""Right though unusual: a factor of unknown orientation is tried both ways, in a generator that must not end at a failure."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


def factors():
    for shape in [(8, 12), (12, 8), (5, 12)]:
        yield torch.randn(shape) * 0.3


def projected(x):
    for factor in factors():
        try:
            yield x @ factor
        except RuntimeError:
            try:
                yield x @ factor.T
            except RuntimeError as error:
                print("left out:", error)


x = torch.randn(300, 12)
y = torch.tanh(x[:, :1] - x[:, 5:6])
columns = torch.cat([*projected(x), x], 1)
model = nn.Sequential(nn.Linear(columns.shape[1], 24), nn.ReLU(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(10):
    for rows in torch.randperm(240).split(24):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(columns[rows]), y[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, nn.functional.mse_loss(model(columns[240:]), y[240:]).item())
