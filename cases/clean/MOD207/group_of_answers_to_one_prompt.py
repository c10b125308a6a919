"""Policy gradient with groups: several answers to one and the same prompt are compared with each other."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
PROMPTS, ANSWERS, GROUP = 12, 5, 16
features = torch.randn(PROMPTS, 8)
best = (features @ torch.randn(8, ANSWERS)).argmax(1)


class Policy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, ANSWERS))

    def forward(self, prompt: torch.Tensor) -> torch.distributions.Categorical:
        return torch.distributions.Categorical(logits=self.net(prompt))


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=5e-3)
for epoch in range(25):
    rewards = 0.0
    for prompt in torch.randperm(PROMPTS).tolist():
        batch = features[prompt].expand(GROUP, -1)
        choice = policy(batch)
        answers = choice.sample()
        reward = (answers == best[prompt]).float()
        advantage = (reward - reward.mean()) / (reward.std() + 1e-4)
        loss = -(advantage * choice.log_prob(answers)).mean() - 0.01 * choice.entropy().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rewards += reward.mean().item()
    if epoch % 6 == 0:
        print(epoch, round(rewards / PROMPTS, 2))
