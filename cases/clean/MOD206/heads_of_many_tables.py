"""Right: several tables share a body; each has its own head and number of classes, or one output and the logistic loss."""

import torch
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from torch import nn

torch.manual_seed(3)
torch.set_num_threads(1)
TABLES = {"iris": (load_iris, 3), "cancer": (load_breast_cancer, 1), "wine": (load_wine, 3)}


def read(load):
    table, label = load(return_X_y=True)
    scaled = (table - table.mean(0)) / table.std(0)
    return torch.tensor(scaled[:, :4], dtype=torch.float32), torch.tensor(label)


def loss_of(scores, label):
    if scores.shape[1] == 1:
        return nn.functional.binary_cross_entropy_with_logits(scores[:, 0], label.float())
    return nn.functional.cross_entropy(scores, label)


data = {name: read(load) for name, (load, _) in TABLES.items()}
body = nn.Sequential(nn.Linear(4, 24), nn.ReLU())
heads = nn.ModuleDict({name: nn.Linear(24, outputs) for name, (_, outputs) in TABLES.items()})
optimizer = torch.optim.Adam([*body.parameters(), *heads.parameters()], lr=1e-2)
for step in range(40):
    losses = {}
    for name, (x, y) in data.items():
        rows = torch.randint(0, len(x), (32,))
        losses[name] = loss_of(heads[name](body(x[rows])), y[rows])
    optimizer.zero_grad()
    sum(losses.values()).backward()
    optimizer.step()
    if step % 10 == 0:
        print(step, {name: round(value.item(), 3) for name, value in losses.items()})
