"""Right though unusual: a strict criterion of the script refuses shapes that would broadcast; a self check wants that."""

import torch
from torch import nn


class StrictError(nn.Module):
    def forward(self, prediction, target):
        if prediction.shape != target.shape:
            raise ValueError(f"shapes {tuple(prediction.shape)} and {tuple(target.shape)} do not match")
        return (prediction - target).square().mean()


def refuses(call):
    try:
        call()
    except (RuntimeError, ValueError):
        return True
    return False


criterion = StrictError()
model = nn.Sequential(nn.Linear(3, 12), nn.Tanh(), nn.Linear(12, 1))
assert refuses(lambda: criterion(torch.zeros(4, 1), torch.zeros(4)))
assert refuses(lambda: model(torch.zeros(4, 5)))
assert not refuses(lambda: criterion(model(torch.zeros(4, 3)), torch.zeros(4, 1)))

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(288, 3)
y = x[:, :1] * x[:, 1:2]
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(12):
    for rows in torch.randperm(256).split(32):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print(criterion(model(x[256:]), y[256:]).item())
