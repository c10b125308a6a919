"""Right though unusual: two optimisers try the order that needs one forward, and settle on the safe one if refused."""

import torch
from torch import nn


class Pair:
    def __init__(self):
        self.generator = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))
        self.critic = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
        self.of_generator = torch.optim.Adam(self.generator.parameters(), lr=2e-3, betas=(0.5, 0.99))
        self.of_critic = torch.optim.Adam(self.critic.parameters(), lr=2e-3, betas=(0.5, 0.99))
        self.fast = True

    def critic_loss(self, real, fake):
        return nn.functional.softplus(-self.critic(real)).mean() + nn.functional.softplus(self.critic(fake)).mean()

    def play(self, real):
        fake = self.generator(torch.randn(len(real), 4))
        early = nn.functional.softplus(-self.critic(fake)).mean() if self.fast else None
        loss = self.critic_loss(real, fake.detach())
        self.of_critic.zero_grad()
        loss.backward()
        self.of_critic.step()
        self.of_generator.zero_grad()
        if early is not None:
            try:
                early.backward()
            except RuntimeError:
                self.fast = False
                self.of_generator.zero_grad()
        if not self.fast:
            nn.functional.softplus(-self.critic(fake if early is None else self.again(real))).mean().backward()
        self.of_generator.step()
        return loss.item()

    def again(self, real):
        return self.generator(torch.randn(len(real), 4))


torch.manual_seed(0)
torch.set_num_threads(1)
pair = Pair()
for step in range(120):
    angle = 6.28 * torch.rand(64, 1)
    loss = pair.play(torch.cat((angle.cos(), angle.sin()), 1))
    if step % 20 == 0:
        print(f"step {step}: critic {loss:.3f}")
