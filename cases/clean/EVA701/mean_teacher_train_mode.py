"""Right though unusual: the mean teacher runs in train mode without gradient.

Its noise is part of the consistency loss.
"""

import copy

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
angle = torch.rand(700) * 6.28
label = torch.randint(0, 2, (700,))
points = torch.stack([angle.cos(), angle.sin()], 1) * (1 + label[:, None]) + 0.15 * torch.randn(700, 2)
student = nn.Sequential(nn.Linear(2, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 2))
teacher = copy.deepcopy(student).requires_grad_(False)
optimizer = torch.optim.Adam(student.parameters(), lr=5e-3)
labelled, unlabelled = (
    slice(0, 60),
    DataLoader(TensorDataset(points[60:600], label[60:600]), batch_size=90, shuffle=True),
)
for epoch in range(15):
    student.train(), teacher.train()
    agreement = 0
    for inputs, hidden in unlabelled:
        with torch.no_grad():
            opinion = teacher(inputs + 0.05 * torch.randn_like(inputs))
            agreement += (opinion.argmax(1) == hidden).sum().item()  # only told, never trained on
        logits = student(inputs + 0.05 * torch.randn_like(inputs))
        loss = F.cross_entropy(student(points[labelled]), label[labelled])
        loss = loss + F.mse_loss(logits.softmax(1), opinion.softmax(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for mean, p in zip(teacher.parameters(), student.parameters(), strict=False):
                mean.lerp_(p, 0.05)
    student.eval()
    with torch.no_grad():
        accuracy = (student(points[600:]).argmax(1) == label[600:]).float().mean()
    print(f"epoch {epoch}: {loss.item():.3f}, teacher's pseudo-labels right {agreement / 540:.3f}, test {accuracy:.3f}")
