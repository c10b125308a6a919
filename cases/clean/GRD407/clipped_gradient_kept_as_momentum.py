"""Right: heavy-ball momentum inside .grad: after the step the gradient decays, is bounded, and the next one is added."""

import torch
from torch import nn

torch.manual_seed(8)
torch.set_num_threads(1)
x = torch.randn(500, 6)
y = (x[:, :2].prod(1, keepdim=True) + x[:, 2:3]).tanh()
net = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
for step in range(150):
    rows = torch.randint(0, 500, (50,))
    loss = nn.functional.mse_loss(net(x[rows]), y[rows])
    loss.backward()
    optimizer.step()
    for p in net.parameters():
        p.grad.mul_(0.9)
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)  # bounds the velocity that is carried over
    if step % 50 == 0:
        print(step, f"{loss.item():.4f}")
