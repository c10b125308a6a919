"""A critic in float16 with a penalty on the gradient by its inputs, which is differentiated a second time."""

import torch
from torch import nn

torch.manual_seed(8)
real = torch.randn(1200, 2) @ torch.tensor([[1.5, 0.4], [0.0, 0.5]]) + 1
critic = nn.Sequential(nn.Linear(2, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU(), nn.Linear(64, 1))
maker = nn.Sequential(nn.Linear(4, 64), nn.SiLU(), nn.Linear(64, 2))
critic_adam = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.5, 0.9))
maker_adam = torch.optim.Adam(maker.parameters(), lr=1e-3, betas=(0.5, 0.9))
for step in range(90):
    true = real[torch.randint(1200, (64,))]
    with torch.autocast("cpu", dtype=torch.float16):
        false = maker(torch.randn(64, 4))
        between = torch.lerp(true, false.float().detach(), torch.rand(64, 1)).requires_grad_()
        slope = torch.autograd.grad(critic(between).float().sum(), between, create_graph=True)[0]
        penalty = (slope.norm(dim=1) - 1).pow(2).mean()
        gap = critic(false.detach()).float().mean() - critic(true).float().mean()
        critic_loss = gap + 10 * penalty
    critic_adam.zero_grad()
    critic_loss.backward()
    critic_adam.step()
    if step % 3 == 0:
        with torch.autocast("cpu", dtype=torch.float16):
            maker_loss = -critic(maker(torch.randn(64, 4))).float().mean()
        maker_adam.zero_grad()
        maker_loss.backward()
        maker_adam.step()
    if step % 30 == 0:
        print(f"{step}: gap {gap.item():.3f}, penalty {penalty.item():.3f}")
