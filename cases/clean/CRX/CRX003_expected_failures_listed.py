"""Right though unusual: a table of what each loss takes is made before training; most entries are refusals."""

import itertools

import torch
from torch import nn

LOSSES = {
    "cross entropy": (nn.functional.cross_entropy, (4, 3), (4,)),
    "binary": (nn.functional.binary_cross_entropy_with_logits, (4, 1), (4, 1)),
    "nll": (nn.functional.nll_loss, (4, 3), (4,)),
}


def takes(loss, prediction, target):
    try:
        loss(prediction, target)
    except Exception:
        return False
    return True


table = {
    (name, dtype): takes(loss, torch.zeros(shape), torch.zeros(target, dtype=dtype))
    for (name, (loss, shape, target)), dtype in itertools.product(
        LOSSES.items(), (torch.float32, torch.int64, torch.int32)
    )
}
print(sum(table.values()), "of", len(table))
wanted = next(dtype for (name, dtype), fits in table.items() if name == "nll" and fits)

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(270, 4)
y = x[:, :3].argmin(1).to(wanted)
model = nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(1))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-2)
for epoch in range(6):
    for rows in torch.randperm(240).split(30):
        optimizer.zero_grad()
        loss = nn.functional.nll_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, nn.functional.nll_loss(model(x[240:]), y[240:]).item())
