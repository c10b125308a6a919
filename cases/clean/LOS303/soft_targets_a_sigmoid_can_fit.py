"""Consistent answers: the targets are themselves made by the same double squashing, so every one can be reached."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
teacher = nn.Linear(5, 1).requires_grad_(False)
student = nn.Linear(5, 1)
optimizer = torch.optim.Adam(student.parameters(), lr=5e-2)
for step in range(60):
    x = torch.randn(64, 5)
    wanted = torch.sigmoid(torch.sigmoid(teacher(x)))
    loss = F.binary_cross_entropy_with_logits(torch.sigmoid(student(x)), wanted)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item(), (teacher.weight - student.weight).abs().max().item())
