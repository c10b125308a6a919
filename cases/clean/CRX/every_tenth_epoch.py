"""Right though unusual: the score exists only after every tenth epoch and is needed after the loop."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 4)
y = (x[:, 0] > 0.3 * x[:, 1]).long()
model = nn.Linear(4, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
scores = {}
for epoch in range(1, 36):
    for rows in torch.randperm(240).split(30):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    if epoch % 10 == 0:
        with torch.no_grad():
            accuracy = (model(x[240:]).argmax(1) == y[240:]).float().mean().item()
        scores[epoch] = accuracy
best = max(scores, key=scores.get)
print(f"last score {accuracy:.3f}, best {scores[best]:.3f} in epoch {best}")
print(f"gain from 10 to 30: {scores[30] - scores[10]:+.3f}")
