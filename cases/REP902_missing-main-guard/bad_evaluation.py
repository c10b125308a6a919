"""Two moons; only the test set is read by a worker."""

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(2)
points, sides = make_moons(500, noise=0.15, random_state=2)
points, sides = torch.tensor(points, dtype=torch.float32), torch.tensor(sides, dtype=torch.float32)
test = DataLoader(TensorDataset(points[400:], sides[400:]), batch_size=25, num_workers=1)
net = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 1))
adam = torch.optim.Adam(net.parameters(), lr=1e-2)


def accuracy(loader):
    net.eval()
    with torch.no_grad():
        hits = [((net(x).squeeze(1) > 0) == y.bool()).float().mean() for x, y in loader]
    net.train()
    return torch.stack(hits).mean().item()


for epoch in range(3):
    for rows in torch.randperm(400).split(40):
        loss = nn.functional.binary_cross_entropy_with_logits(net(points[rows]).squeeze(1), sides[rows])
        adam.zero_grad()
        loss.backward()
        adam.step()
    print(epoch, accuracy(test))  # expect: REP902
