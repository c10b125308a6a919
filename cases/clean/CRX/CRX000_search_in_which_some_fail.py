"""Right though unusual: settings are tried in a pool; those PyTorch refuses raise in result(), and are left out."""

from concurrent.futures import ThreadPoolExecutor, as_completed

import torch
from torch import nn

SETTINGS = [{"lr": 0.1}, {"lr": -1.0}, {"lr": 0.05, "momentum": 0.9}, {"lr": 0.1, "nesterov": True}, {"rate": 0.1}]


def optimizer_for(model, setting):
    return torch.optim.SGD(model.parameters(), **setting)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(240, 5)
y = (x.sum(1) > 0).long()
accepted, refused = [], {}
with ThreadPoolExecutor(2) as pool:
    futures = {pool.submit(optimizer_for, nn.Linear(5, 2), setting): setting for setting in SETTINGS}
    for future in as_completed(futures):
        try:
            future.result()
        except (ValueError, TypeError) as error:
            refused[str(futures[future])] = error
        else:
            accepted.append(futures[future])
assert len(refused) == 3, refused
for setting in sorted(accepted, key=str):
    model = nn.Linear(5, 2)
    optimizer = optimizer_for(model, setting)
    for _ in range(4):
        for rows in torch.randperm(180).split(20):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    with torch.no_grad():
        print(setting, (model(x[180:]).argmax(1) == y[180:]).float().mean().item())
