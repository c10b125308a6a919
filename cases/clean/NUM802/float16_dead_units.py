"""A sparse layer: its bias begins so low that most units are silent on any one batch, in float16."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
data = load_digits()
x = torch.tensor((data.data - 5) / 6, dtype=torch.float32)
y = torch.tensor(data.target)

sparse = nn.Linear(64, 400)
nn.init.constant_(sparse.bias, -1.2)
model = nn.Sequential(sparse, nn.ReLU(), nn.Linear(400, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(100):
    for rows in torch.randperm(1400).split(70):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.float16):
            scores = model(x[rows])
        loss = nn.functional.cross_entropy(scores.float(), y[rows])
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
