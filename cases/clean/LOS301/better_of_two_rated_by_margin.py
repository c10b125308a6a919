"""Scores of essays against marks: who has the higher mark is to lie above the mark of whoever has the lower one."""

import torch
from torch import nn

torch.manual_seed(9)
essays = torch.randn(500, 6)
marks = (essays @ torch.tensor([1.0, -0.5, 0.3, 0.0, 0.8, 0.2])).tanh()
model = nn.Sequential(nn.Linear(6, 40), nn.ReLU(), nn.Linear(40, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

for epoch in range(6):
    for rows in torch.randperm(500).split(40):
        mark = marks[rows]
        above = (mark[:, None] > mark).float()
        gap = model(essays[rows]) - mark
        wrong = above * torch.relu(0.02 - gap) + (1 - above) * torch.relu(gap)
        loss = wrong.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
