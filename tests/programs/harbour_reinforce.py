"""REINFORCE on a grid that is written here: a boat finds the harbour while the wind pushes it about."""

import random
from pathlib import Path

import torch
from torch import nn
from torch.distributions import Categorical

SIZE, GOAL, LIMIT = 6, (4, 5), 40
MOVES = [(-1, 0), (1, 0), (0, -1), (0, 1)]


class Sea:
    """Each move costs 0.05, the harbour gives 1; one move in ten goes astray."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def reset(self):
        self.boat, self.moves = (self.rng.randrange(SIZE), 0), 0
        return self.observe()

    def observe(self):
        grid = torch.zeros(SIZE, SIZE)
        grid[self.boat] = 1.0
        return grid.flatten()

    def step(self, action):
        if self.rng.random() < 0.1:
            action = self.rng.randrange(len(MOVES))
        dy, dx = MOVES[action]
        self.boat = (min(max(self.boat[0] + dy, 0), SIZE - 1), min(max(self.boat[1] + dx, 0), SIZE - 1))
        self.moves += 1
        arrived = self.boat == GOAL
        return self.observe(), 1.0 if arrived else -0.05, arrived or self.moves >= LIMIT


def discounted(rewards, gamma=0.97):
    returns, following = [], 0.0
    for reward in reversed(rewards):
        following = reward + gamma * following
        returns.insert(0, following)
    return torch.tensor(returns)


def main():
    torch.manual_seed(4)
    env = Sea(seed=4)
    policy = nn.Sequential(nn.Linear(SIZE * SIZE, 32), nn.Tanh(), nn.Linear(32, len(MOVES)))
    optimizer = torch.optim.Adam(policy.parameters(), lr=0.01)
    baseline, lengths = 0.0, []
    for episode in range(700):
        observation, over = env.reset(), False
        log_probs, rewards = [], []
        while not over:
            choice = Categorical(logits=policy(observation))
            action = choice.sample()
            log_probs.append(choice.log_prob(action))
            observation, reward, over = env.step(action.item())
            rewards.append(reward)
        returns = discounted(rewards)
        loss = -(torch.stack(log_probs) * (returns - baseline)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        baseline = 0.95 * baseline + 0.05 * returns[0].item()
        lengths.append(len(rewards))
        if episode % 100 == 99:
            print(f"episode {episode + 1}: {sum(lengths[-100:]) / 100:.1f} moves, baseline {baseline:.3f}")
    Path("sea").mkdir(exist_ok=True)
    torch.save(policy.state_dict(), "sea/policy.pt")
    last = lengths[-100:]
    print(f"done: {sum(last) / len(last):.1f} moves to the harbour")


if __name__ == "__main__":
    main()
