"""Right though unusual: a pool tries which losses share a graph; the exceptions in its futures decide how to train."""

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn

torch.manual_seed(3)
torch.set_num_threads(1)
x = torch.randn(240, 4)
y_class = (x[:, 0] > 0).long()
y_value = x[:, 1:2] * x[:, 2:3]
trunk = nn.Sequential(nn.Linear(4, 24), nn.ReLU())
heads = nn.ModuleList([nn.Linear(24, 2), nn.Linear(24, 1)])


def losses(rows):
    shared = trunk(x[rows])
    yield nn.functional.cross_entropy(heads[0](shared), y_class[rows])
    yield nn.functional.mse_loss(heads[1](shared), y_value[rows])


def one_after_the_other():
    for loss in losses(torch.arange(8)):
        loss.backward()


with ThreadPoolExecutor(1) as pool:
    refused = pool.submit(one_after_the_other).exception()
print("summed" if refused is not None else "apart", "because of", repr(refused)[:60])
optimizer = torch.optim.Adam([*trunk.parameters(), *heads.parameters()], lr=0.01)
for epoch in range(8):
    for rows in torch.randperm(240).split(30):
        optimizer.zero_grad()
        if refused is None:
            for loss in losses(rows):
                loss.backward()
        else:
            sum(losses(rows)).backward()
        optimizer.step()
with torch.no_grad():
    print([loss.item() for loss in losses(torch.arange(240))])
