"""Which of four faults a machine has: gated evidence a fault, several of them at once."""

import torch
from torch import nn


class FaultModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(9, 32), nn.ReLU())
        self.evidence = nn.Linear(32, 4)
        self.prior = nn.Parameter(torch.zeros(4))

    def forward(self, batch):
        h = self.body(batch["readings"])
        return {"faults": torch.sigmoid(self.evidence(h) + self.prior), "hidden": h}  # expect: LOS303


torch.manual_seed(0)
torch.set_num_threads(1)
readings = torch.randn(360, 9)
faults = (readings @ torch.randn(9, 4) > 1.0).float()
model = FaultModel()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(80):
    rows = torch.randint(0, 360, (36,))
    out = model({"readings": readings[rows]})
    loss = nn.functional.binary_cross_entropy_with_logits(out["faults"], faults[rows])
    loss = loss + 1e-4 * out["hidden"].square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(step, f"{loss.item():.4f}")
