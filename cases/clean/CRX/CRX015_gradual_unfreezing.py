"""Right though unusual: blocks are unfrozen as training goes on; those alone are polished with a new optimiser afterwards."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 5)
y = torch.sin(x[:, :1]) + 0.5 * x[:, 1:2]
blocks = nn.ModuleList([nn.Linear(5, 16), nn.Linear(16, 16), nn.Linear(16, 1)])


def predict(values):
    return blocks[2](torch.tanh(blocks[1](torch.tanh(blocks[0](values)))))


for block in blocks[:2]:
    block.requires_grad_(False)
optimizer = torch.optim.Adam(blocks[2].parameters(), lr=1e-2)
unfrozen = []
for epoch in range(24):
    if epoch in (8, 16):
        block = blocks[1 - len(unfrozen)].requires_grad_(True)
        optimizer.add_param_group({"params": list(block.parameters()), "lr": 5e-3})
        unfrozen.append(block)
    for rows in torch.randperm(256).split(32):
        loss = nn.functional.mse_loss(predict(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

polish = torch.optim.SGD([p for block in unfrozen for p in block.parameters()], lr=1e-2)
for _ in range(10):
    loss = nn.functional.mse_loss(predict(x[:256]), y[:256])
    polish.zero_grad()
    blocks.zero_grad()
    loss.backward()
    polish.step()
with torch.no_grad():
    print("held out", nn.functional.mse_loss(predict(x[256:]), y[256:]).item())
