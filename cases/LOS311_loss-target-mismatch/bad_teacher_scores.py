"""A small student learns from a larger teacher's answers to random inputs."""

import torch
from torch import nn


class Distiller:
    def __init__(self, teacher, student):
        self.teacher, self.student = teacher.eval().requires_grad_(False), student
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(student.parameters(), lr=1e-3)

    def step(self, inputs):
        with torch.no_grad():
            wanted = self.teacher(inputs)
        loss = self.criterion(self.student(inputs), wanted)  # expect: LOS311
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


torch.manual_seed(3)
teacher = nn.Sequential(nn.Linear(6, 64), nn.Tanh(), nn.Linear(64, 4))
student = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 4))
distiller = Distiller(teacher, student)
for step in range(60):
    value = distiller.step(torch.randn(48, 6))
    if step % 20 == 0:
        print(step, value)
