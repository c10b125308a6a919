"""Warm-up by the weight of the loss in float16: the first steps are next to nothing by design, then it is 1."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(2)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)

model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
step = 0
for epoch in range(4):
    for rows in torch.randperm(1400).split(70):
        step += 1
        weight = min(1.0, step / 40) ** 4
        with torch.autocast("cpu", dtype=torch.float16):
            loss = weight * nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = (model(x[1400:]).argmax(1) == y[1400:]).float().mean()
    print(f"{epoch}: weight {weight:.4f}, loss {loss.item():.4f}, {right:.1%} right")
