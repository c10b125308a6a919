"""Right though unusual: the weakest hidden unit goes after every epoch; a network of the wanted width loads what is left."""

import torch
from torch import nn

WIDE, NARROW = 16, 6


def net(hidden):
    return nn.Sequential(nn.Linear(5, hidden), nn.ReLU(), nn.Linear(hidden, 2))


@torch.no_grad()
def without_weakest(model):
    strength = model[0].weight.norm(dim=1) * model[2].weight.norm(dim=0)
    keep = strength.argsort(descending=True)[:-1].sort().values
    smaller = net(len(keep))
    smaller[0].weight.copy_(model[0].weight[keep])
    smaller[0].bias.copy_(model[0].bias[keep])
    smaller[2].weight.copy_(model[2].weight[:, keep])
    smaller[2].bias.copy_(model[2].bias)
    return smaller


def one_epoch(model, x, y):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    for rows in torch.randperm(len(x)).split(25):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 5)
y = (x[:, 0].abs() > x[:, 1].abs()).long()
model = net(WIDE)
for width in range(WIDE, NARROW, -1):
    print(width, one_epoch(model, x[:250], y[:250]))
    model = without_weakest(model)
small = net(NARROW)
small.load_state_dict(model.state_dict())
print("last", one_epoch(small, x[:250], y[:250]))
with torch.no_grad():
    print("accuracy", (small(x[250:]).argmax(1) == y[250:]).float().mean().item())
