"""Right though unusual: the network grows by a block every ten epochs; its weights go into the full-sized network at the end."""

import torch
from torch import nn


class Growing(nn.Module):
    def __init__(self, blocks=0):
        super().__init__()
        self.stem = nn.Linear(2, 16)
        self.blocks = nn.ModuleList(self.block() for _ in range(blocks))
        self.head = nn.Linear(16, 2)

    @staticmethod
    def block():
        made = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 16))
        nn.init.zeros_(made[2].weight)
        nn.init.zeros_(made[2].bias)
        return made

    def forward(self, x):
        x = torch.relu(self.stem(x))
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(400, 2) * 2 - 1
y = (x[:, 0] * x[:, 1] > 0).long()
model = Growing()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(40):
    if epoch % 10 == 9:
        block = Growing.block()
        model.blocks.append(block)
        optimizer.add_param_group({"params": block.parameters()})
    for rows in torch.randperm(320).split(64):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

full = Growing(blocks=4)
full.load_state_dict(model.state_dict())
full.eval()
with torch.no_grad():
    print("accuracy", (full(x[320:]).argmax(1) == y[320:]).float().mean().item())
