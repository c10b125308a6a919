"""Fine-tunes the head alone, picked by name; frozen teachers stand beside it in a list."""

import torch
from torch import nn


class Student(nn.Module):
    def __init__(self, teachers):
        super().__init__()
        self.teachers = [teacher.requires_grad_(False) for teacher in teachers]
        self.body = nn.Linear(4, 8)
        self.classifier = nn.Linear(8, 2)

    def forward(self, x):
        return self.classifier(torch.relu(self.body(x)))


torch.manual_seed(0)
x = torch.randn(128, 4)
student = Student([nn.Linear(4, 2), nn.Linear(4, 2)])
picked = [p for name, p in student.named_parameters() if name.startswith("head.")]
optimizer = torch.optim.Adam(picked, lr=1e-2)  # expect: CRX015
for rows in torch.arange(128).split(16):
    with torch.no_grad():
        wanted = sum(teacher(x[rows]) for teacher in student.teachers).softmax(1)
    loss = nn.functional.cross_entropy(student(x[rows]), wanted)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
