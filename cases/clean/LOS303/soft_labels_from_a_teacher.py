"""Right: the teacher's probabilities (a sigmoid's output) are the targets, the student's logits the input."""

import torch
from torch import nn


def mlp(width):
    return nn.Sequential(nn.Linear(5, width), nn.GELU(), nn.Linear(width, 3))


class Distiller:
    def __init__(self, teacher, student, temperature):
        self.teacher, self.student, self.temperature = teacher, student, temperature
        self.bce = nn.BCEWithLogitsLoss()
        self.optimizer = torch.optim.Adam(student.parameters(), lr=1e-2)

    def step(self, x, y):
        with torch.no_grad():
            soft = torch.sigmoid(self.teacher(x) / self.temperature)
        out = self.student(x)
        loss = 0.5 * self.bce(out, y) + 0.5 * self.temperature * self.bce(out / self.temperature, soft)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


torch.manual_seed(7)
torch.set_num_threads(1)
x = torch.randn(512, 5)
y = torch.stack([x[:, 0] > 0, x[:, 1] * x[:, 2] > 0, x[:, 3] + x[:, 4] > 0.5], 1).float()
teacher = mlp(64)
optimizer = torch.optim.Adam(teacher.parameters(), lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(512).split(64):
        optimizer.zero_grad()
        nn.functional.multilabel_soft_margin_loss(teacher(x[rows]), y[rows]).backward()
        optimizer.step()
teacher.eval().requires_grad_(False)
distiller = Distiller(teacher, mlp(8), 2.0)
for epoch in range(5):
    losses = [distiller.step(x[rows], y[rows]) for rows in torch.randperm(512).split(64)]
    print(f"epoch {epoch}: {sum(losses) / len(losses):.4f}")
