"""Three unbalanced classes, weighted by how rare they are."""

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_device("meta")
rarity = torch.tensor([1.0, 2.0, 4.0])
torch.set_default_device("cpu")

x = torch.randn(240, 6)
y = (x[:, 0] > 0).long() + (x[:, 1] > 1).long()
net = torch.nn.Sequential(torch.nn.Linear(6, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3))
optimiser = torch.optim.Adam(net.parameters(), 5e-3)
for epoch in range(4):
    for i in range(0, 240, 40):
        optimiser.zero_grad()
        loss = F.cross_entropy(net(x[i : i + 40]), y[i : i + 40], weight=rarity)  # expect: CRX007
        loss.backward()
        optimiser.step()
