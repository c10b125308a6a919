"""Right though unusual: softmax outputs, attached to the graph, are cross_entropy's soft targets: entropy
minimisation on unlabelled data.
"""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(3)
torch.set_num_threads(1)
centres = torch.tensor([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]])
kind = torch.randint(0, 3, (1200,))
points = centres[kind] + 0.7 * torch.randn(1200, 2)
labelled, unlabelled, valid = slice(0, 60), slice(60, 960), slice(960, 1200)


def network():
    return nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 3))


pair = nn.ModuleList([network(), network()])
optimizer = torch.optim.Adam(pair.parameters(), lr=3e-3)
for epoch in range(8):
    for rows in torch.randperm(900).split(60):
        few = torch.randint(0, 60, (20,))
        loss = 0.0
        free = [net(points[unlabelled][rows]) for net in pair]
        for i, net in enumerate(pair):
            loss = loss + F.cross_entropy(net(points[labelled][few]), kind[labelled][few])
            loss = loss + 0.1 * F.cross_entropy(free[i], F.softmax(free[i], dim=1))
            loss = loss + 0.1 * F.cross_entropy(free[i], F.softmax(free[1 - i], dim=1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = [(net(points[valid]).argmax(1) == kind[valid]).float().mean().item() for net in pair]
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {right[0]:.3f} {right[1]:.3f}")
