"""A policy is cloned from an expert, then reinforced; each episode ends with a greedy one in eval mode."""

import torch
from torch import nn
from torch.distributions import Categorical


class Corridor:
    """Five places in a row; the goal is at the right end."""

    def reset(self):
        self.place, self.time = 2, 0
        return self.seen()

    def seen(self):
        return nn.functional.one_hot(torch.tensor(self.place), 5).float()

    def move(self, action):
        self.place = min(max(self.place + (1 if action else -1), 0), 4)
        self.time += 1
        return self.seen(), float(self.place == 4), self.place == 4 or self.time == 6


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 2))

    def forward(self, state):
        return self.net(state)


def clone(policy, optimizer, passes):
    states = torch.eye(5)
    expert = torch.tensor([1, 0, 1, 1, 1])  # wrong in one place
    policy.train()
    for _ in range(passes):
        optimizer.zero_grad()
        nn.functional.cross_entropy(policy(states), expert).backward()
        optimizer.step()


def greedy(policy, corridor):
    policy.eval()
    state, reward, done = corridor.reset(), 0.0, False
    with torch.no_grad():
        while not done:
            state, reward, done = corridor.move(policy(state).argmax().item())
    return reward


torch.manual_seed(0)
torch.set_num_threads(1)
policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
clone(policy, optimizer, passes=5)
corridor = Corridor()
for episode in range(20):
    state, done, chances, rewards = corridor.reset(), False, [], []
    while not done:
        choice = Categorical(logits=policy(state))  # expect: EVA702
        action = choice.sample()
        state, reward, done = corridor.move(action.item())
        chances.append(choice.log_prob(action))
        rewards.append(reward - 0.1)
    gains = torch.tensor(rewards).flip(0).cumsum(0).flip(0)
    loss = -(torch.stack(chances) * gains).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"episode {episode}: {sum(rewards):.1f}, greedy {greedy(policy, corridor):.1f}")
