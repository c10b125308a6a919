"""The share of five plants on each plot, from soil measurements: a distribution is fitted to the counted shares."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Shares(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(7, 32)
        self.out = nn.Linear(32, 5)

    def forward(self, soil):
        return F.softmax(self.out(torch.relu(self.hidden(soil))), dim=-1)


torch.manual_seed(8)
soil = torch.randn(300, 7)
plants = torch.softmax(soil @ torch.randn(7, 5), dim=-1)
model = Shares()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(5):
    for plot in torch.randperm(300).split(30):
        optimizer.zero_grad()
        divergence = F.kl_div(model(soil[plot]), plants[plot], reduction="batchmean")  # expect: LOS311
        divergence.backward()
        optimizer.step()
    print(epoch, divergence.item())
