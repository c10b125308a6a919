"""Corrects a physical model's prediction of lift by a small network that starts as no correction at all."""

import torch
import torch.nn.functional as F
from torch import nn


class Correction(nn.Module):
    def __init__(self, inputs=4, width=48):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.head = nn.Linear(width, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, angles, physical):
        return physical + self.head(self.encoder(angles)).squeeze(-1)


def wind_tunnel(count, seed):
    generator = torch.Generator().manual_seed(seed)
    angles = torch.rand(count, 4, generator=generator) * 2 - 1
    physical = angles[:, 0]
    return {"angles": angles, "physical": physical, "lift": physical + angles[:, 1] + angles[:, 2] ** 2}


def batches(table, size):
    order = torch.randperm(len(table["lift"]))
    for rows in order.split(size):
        yield {key: column[rows] for key, column in table.items()}


torch.manual_seed(11)
train, test = wind_tunnel(480, 1), wind_tunnel(120, 2)
correction = Correction()
optimizer = torch.optim.AdamW(correction.encoder.parameters(), lr=5e-3)  # expect: OPT501
for epoch in range(6):
    total = 0.0
    for batch in batches(train, 40):
        optimizer.zero_grad(set_to_none=True)
        loss = F.mse_loss(correction(batch["angles"], batch["physical"]), batch["lift"])
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}: {total / 12:.4f}")
with torch.no_grad():
    print(f"test {F.mse_loss(correction(test['angles'], test['physical']), test['lift']).item():.4f}")
