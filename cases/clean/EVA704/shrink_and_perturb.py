"""Right though unusual: shrink and perturb before new data: the state is changed in place and loaded, a formality."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 3))
optimiser = torch.optim.Adam(net.parameters(), lr=5e-3)
truth = torch.randn(10, 3)
seen_x, seen_y = torch.empty(0, 10), torch.empty(0, dtype=torch.long)
weights = net.state_dict()
for arrival in range(4):
    new = torch.randn(150, 10)
    seen_x, seen_y = torch.cat([seen_x, new]), torch.cat([seen_y, (new @ truth).argmax(1)])
    if arrival > 0:
        for value in weights.values():
            value.mul_(0.6).add_(0.02 * torch.randn_like(value))
        net.load_state_dict(weights)
    for _epoch in range(5):
        for rows in torch.randperm(len(seen_x)).split(30):
            loss = nn.functional.cross_entropy(net(seen_x[rows]), seen_y[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    print(f"arrival {arrival}: {loss.item():.3f}")
