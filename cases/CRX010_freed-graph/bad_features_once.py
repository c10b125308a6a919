"""Node classes of a small graph; the first layer's features are computed once, to save time."""

import torch
import torch.nn.functional as F

torch.manual_seed(0)
nodes = torch.randn(40, 5)
edges = (torch.rand(40, 40) < 0.1).float() + torch.eye(40)
edges = edges / edges.sum(1, keepdim=True)
kinds = (nodes[:, 0] > 0).long()

first = torch.nn.Linear(5, 16)
second = torch.nn.Linear(16, 2)
optimizer = torch.optim.SGD([{"params": first.parameters()}, {"params": second.parameters()}], lr=0.1)
hidden = torch.tanh(edges @ first(nodes))
epoch = 0
while epoch < 30:
    loss = F.cross_entropy(second(edges @ hidden), kinds)
    optimizer.zero_grad()
    loss.backward()  # expect: CRX010
    optimizer.step()
    epoch += 1
