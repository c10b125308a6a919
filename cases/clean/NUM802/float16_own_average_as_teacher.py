"""A model is taught by its own average in float16: they begin alike, so that the first losses are next to nothing."""

import copy

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(14)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
teacher = copy.deepcopy(model).requires_grad_(False)
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
step = 0
for epoch in range(6):
    for rows in torch.randperm(1400).split(70):
        labelled = rows[rows < 200]
        noisy = x[rows] + 1e-4 * torch.randn(len(rows), 64)
        with torch.autocast("cpu", dtype=torch.float16):
            scores = model(noisy)
            aim = teacher(x[rows])
        alike = nn.functional.mse_loss(scores.float().softmax(1), aim.float().softmax(1))
        told = nn.functional.cross_entropy(model(x[labelled]), y[labelled])
        loss = alike + min(1.0, step / 40) * told
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for old, new in zip(teacher.parameters(), model.parameters(), strict=True):
                old.lerp_(new, 0.05)
        step += 1
    with torch.no_grad():
        right = (teacher(x[1400:]).argmax(1) == y[1400:]).float().mean()
    print(f"{epoch}: {alike.item():.1e} apart, {told.item():.3f}, {right:.1%} right")
