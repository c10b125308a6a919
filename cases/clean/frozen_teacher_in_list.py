"""Right though unusual: the teacher hides in a list, so that the student's state_dict and optimiser do not hold it."""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Student(nn.Module):
    def __init__(self, teacher):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2))
        self.teachers = [teacher.requires_grad_(False).eval()]

    def forward(self, x):
        return self.net(x), self.teachers[0](x)


torch.manual_seed(0)
x = torch.randn(640, 6)
y = x[:, :2] * x[:, 2:4]
loader = DataLoader(TensorDataset(x[:512], y[:512]), batch_size=32, shuffle=True)
teacher = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 2))
optimizer = torch.optim.Adam(teacher.parameters(), lr=1e-2)
for _ in range(8):
    for inputs, wanted in loader:
        loss = nn.functional.mse_loss(teacher(inputs), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

student = Student(copy.deepcopy(teacher))
optimizer = torch.optim.Adam(student.parameters(), lr=1e-2)
for epoch in range(8):
    student.train()
    for inputs, wanted in loader:
        output, hint = student(inputs)
        loss = nn.functional.mse_loss(output, wanted) + 0.5 * nn.functional.mse_loss(output, hint)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    student.eval()
    with torch.no_grad():
        error = nn.functional.mse_loss(student(x[512:])[0], y[512:])
    print(f"epoch {epoch}: loss {loss.item():.3f}, validation {error.item():.3f}")
print(f"tensors in the student's state: {len(student.state_dict())}")
