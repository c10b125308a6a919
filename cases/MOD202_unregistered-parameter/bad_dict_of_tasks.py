"""Two tasks share a body; each has an offset and a temperature of its own, held by name."""

import torch
from torch import nn


class Calibrated(nn.Module):
    def __init__(self, tasks):
        super().__init__()
        self.temperature = {}
        for task in tasks:
            self.temperature[task] = torch.full((1,), 1.5).requires_grad_()  # expect: MOD202
        self.heads = nn.ModuleDict({task: nn.Linear(16, 3) for task in tasks})

    def forward(self, hidden, task):
        return self.heads[task](hidden) / self.temperature[task]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 16), nn.ReLU())
        self.tail = Calibrated(["shape", "colour"])

    def forward(self, x):
        hidden = self.body(x)
        return {task: self.tail(hidden, task) for task in ("shape", "colour")}


torch.manual_seed(3)
x = torch.randn(480, 6)
labels = {"shape": x[:, :3].argmax(dim=1), "colour": x[:, 3:].argmax(dim=1)}
model = Model()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(6):
    for rows in torch.randperm(480).split(48):
        answers = model(x[rows])
        loss = sum(nn.functional.cross_entropy(answers[task], labels[task][rows]) for task in answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
