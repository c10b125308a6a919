"""Two tasks over one trunk: the loss of each head is backpropagated by itself, on the same line, then one step."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(256, 8)
targets = {"sign": (x[:, 0] > 0).long(), "largest": x.argmax(1)}
trunk = nn.Sequential(nn.Linear(8, 48), nn.ReLU())
heads = nn.ModuleDict({"sign": nn.Linear(48, 2), "largest": nn.Linear(48, 8)})
optimizer = torch.optim.SGD([*trunk.parameters(), *heads.parameters()], lr=0.1, momentum=0.9)

for epoch in range(12):
    for rows in torch.randperm(256).split(32):
        optimizer.zero_grad()
        for name, head in heads.items():
            loss = nn.functional.cross_entropy(head(trunk(x[rows])), targets[name][rows])
            loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
