"""Right though unusual: predictions of all batches fill a buffer from the left; full, its filled part is one block of memory."""

import torch
from sklearn.datasets import make_moons
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
points, sides = make_moons(360, noise=0.15, random_state=0)
x, y = torch.tensor(points, dtype=torch.float32), torch.tensor(sides)
members = [nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2)) for _ in range(2)]
for member in members:
    optimizer = torch.optim.Adam(member.parameters(), lr=2e-2)
    for epoch in range(8):
        for rows in torch.randperm(240).split(24):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(member(x[rows]), y[rows])
            loss.backward()
            optimizer.step()

votes = torch.zeros(2, 120)
filled = 0
with torch.no_grad():
    for batch in x[240:].split(10):
        for row, member in zip(votes, members, strict=True):
            row[filled : filled + len(batch)] = member(batch).softmax(1)[:, 1]
        filled += len(batch)
sure = votes[:, :filled].view(-1)
print("certainty", (sure - 0.5).abs().mean().item())
print("accuracy", ((votes.mean(0) > 0.5) == y[240:].bool()).float().mean().item())
