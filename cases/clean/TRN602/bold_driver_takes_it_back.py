"""Right though unusual: steps that make it worse are taken back and the rate is halved, else it grows a little."""

import copy

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
table, kinds = load_wine(return_X_y=True)
x = torch.tensor(table, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
y = torch.tensor(kinds)
model = nn.Sequential(nn.Linear(13, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=200.0)  # much too high on purpose: it finds its own way down


def measure() -> torch.Tensor:
    return nn.functional.cross_entropy(model(x), y)


best = measure()
taken_back = 0
for _step in range(80):
    before = copy.deepcopy(model.state_dict())
    optimizer.zero_grad()
    best.backward()
    optimizer.step()
    now = measure()
    if torch.isfinite(now) and now <= best.detach():
        optimizer.param_groups[0]["lr"] *= 1.1
    else:
        model.load_state_dict(before)
        optimizer.param_groups[0]["lr"] /= 2
        taken_back += 1
        now = measure()
    best = now
print(round(best.item(), 4), taken_back, optimizer.param_groups[0]["lr"])
