"""Right though unusual: the target network's own state is blended in place, then loaded back, in every step."""

import torch
from torch import nn


class Learner:
    def __init__(self, tau=0.05):
        self.online = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 1))
        self.slow = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 1))
        self.slow.load_state_dict(self.online.state_dict())
        self.slow.requires_grad_(False)
        self.optimizer = torch.optim.Adam(self.online.parameters(), lr=3e-3)
        self.tau = tau
        self.mine, self.other = self.slow.state_dict(), self.online.state_dict()

    def follow(self):
        for name in self.mine:
            self.mine[name].mul_(1 - self.tau).add_(self.other[name], alpha=self.tau)
        self.slow.load_state_dict(self.mine)

    def step(self, state, reward, following):
        with torch.no_grad():
            wanted = reward + 0.5 * self.slow(following)
        loss = nn.functional.mse_loss(self.online(state), wanted)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.follow()
        return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
learner = Learner()
for i in range(300):
    here = torch.randn(64, 2)
    there = 0.9 * here + 0.1 * torch.randn(64, 2)
    value = learner.step(here, here.sum(1, keepdim=True), there)
    if i % 60 == 0:
        print(i, round(value, 4))
