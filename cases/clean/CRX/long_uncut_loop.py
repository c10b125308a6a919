"""Right though unusual: 2,000 short steps, and a table after them that is reshaped, so it needs every one of them."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
STEPS = 2000
points = torch.rand(256, 2) * 2 - 1
heights = torch.sin(3 * points[:, :1]) * torch.cos(2 * points[:, 1:])
net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
trace = []
for _step in range(STEPS):
    rows = torch.randint(0, 256, (32,))
    loss = nn.functional.mse_loss(net(points[rows]), heights[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    trace.append(loss.item())
quarters = torch.tensor(trace).view(4, 500).mean(1)
print("mean loss of each quarter:", quarters.tolist())
assert (quarters.diff() < 0).all(), "the loss should fall from each quarter to the next"
