"""Right though unusual: pruning and casting after the optimiser was built; both keep the parameters it holds."""

import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

torch.manual_seed(0)
torch.set_num_threads(1)
net = nn.Sequential(nn.Linear(5, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
net.double()
for layer in (net[0], net[2]):
    prune.l1_unstructured(layer, "weight", amount=0.3)
parametrizations.spectral_norm(net[4])
x = torch.randn(600, 5, dtype=torch.float64)
y = torch.sin(x.sum(1, keepdim=True))
held = {id(p) for group in optimizer.param_groups for p in group["params"]}
assert all(id(p) in held for p in net.parameters())
for epoch in range(12):
    for rows in torch.randperm(600).split(40):
        loss = nn.functional.huber_loss(net(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
for layer in (net[0], net[2]):
    prune.remove(layer, "weight")
