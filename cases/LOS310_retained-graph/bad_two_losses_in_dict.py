"""Two heads on one body: the size and the kind of a blob. Totals of both losses for the log."""

import torch
import torch.nn.functional as F
from torch import nn


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(9, 32), nn.ReLU())
        self.size, self.kind = nn.Linear(32, 1), nn.Linear(32, 3)

    def forward(self, x):
        hidden = self.body(x)
        return {"size": self.size(hidden).squeeze(-1), "kind": self.kind(hidden)}


torch.manual_seed(9)
x = torch.randn(600, 9)
targets = {"size": x[:, :3].norm(dim=1), "kind": x[:, 3:6].argmax(1)}
model = TwoHeads()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
log = []
for epoch in range(4):
    for rows in torch.randperm(600).split(30):
        out = model(x[rows])
        losses = {
            "size": F.smooth_l1_loss(out["size"], targets["size"][rows]),
            "kind": F.cross_entropy(out["kind"], targets["kind"][rows]),
        }
        combined = losses["size"] + 0.5 * losses["kind"]
        optimizer.zero_grad()
        combined.backward()
        optimizer.step()
        log.append((epoch, combined))  # expect: LOS310
    print(epoch, sum(value.item() for at, value in log if at == epoch) / 20)
