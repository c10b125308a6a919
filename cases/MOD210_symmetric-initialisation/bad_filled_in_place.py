"""Two regressions from one body; weights are set by a loop over the parameters and updated by hand."""

import torch
from torch import nn

torch.manual_seed(1)
inputs = torch.randn(300, 5)
targets = torch.stack([inputs[:, 0] * inputs[:, 1], inputs[:, 2].abs()], dim=1)
body = nn.Sequential(nn.Linear(5, 20), nn.SiLU(), nn.Linear(20, 20), nn.SiLU(), nn.Linear(20, 2))
for weight in body.parameters():
    if weight.dim() > 1:
        weight.data.fill_(0.1)  # expect: MOD210
    else:
        weight.data.zero_()
adam = torch.optim.Adam(body.parameters(), 3e-3)
order = iter(torch.randint(0, 300, (90, 30)))
rows = next(order, None)
while rows is not None:
    wrong = ((body(inputs[rows]) - targets[rows]) ** 2).mean()
    adam.zero_grad()
    wrong.backward()
    adam.step()
    rows = next(order, None)
print(wrong.item())
