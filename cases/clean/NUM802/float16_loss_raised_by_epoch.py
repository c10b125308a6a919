"""A loss in float16 whose weight is raised tenfold with each of the first epochs, from next to nothing to 1."""

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(16)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)

model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(10):
    weight = min(1.0, 10.0 ** (epoch - 6))
    for rows in torch.randperm(1400).split(70):
        with torch.autocast("cpu", dtype=torch.float16):
            loss = weight * nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = (model(x[1400:]).argmax(1) == y[1400:]).float().mean()
    print(f"{epoch}: weight {weight:.0e}, loss {loss.item():.1e}, {right:.1%} right")
