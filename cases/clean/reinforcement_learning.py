"""Right though unusual: REINFORCE; the loss is no measure of progress, and the return is what grows."""

import torch
from torch import nn
from torch.distributions import Categorical


class Corridor:
    """Walk from the middle to the right end of nine places; -0.05 a move, +1 at the end."""

    def reset(self):
        self.place, self.moves = 4, 0
        return self.observe()

    def observe(self):
        state = torch.zeros(9)
        state[self.place] = 1.0
        return state

    def step(self, action):
        self.place = max(0, min(8, self.place + (1 if action == 1 else -1)))
        self.moves += 1
        done = self.place == 8 or self.moves == 30
        return self.observe(), 1.0 if self.place == 8 else -0.05, done


def play(env, policy):
    state, done = env.reset(), False
    log_probabilities, rewards = [], []
    while not done:
        choice = Categorical(logits=policy(state))
        action = choice.sample()
        log_probabilities.append(choice.log_prob(action))
        state, reward, done = env.step(action.item())
        rewards.append(reward)
    return log_probabilities, rewards


torch.manual_seed(0)
env = Corridor()
policy = nn.Sequential(nn.Linear(9, 16), nn.Tanh(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(policy.parameters(), lr=0.02)
baseline = 0.0
for episode in range(60):
    log_probabilities, rewards = play(env, policy)
    total, returns = 0.0, []
    for reward in reversed(rewards):
        total = reward + 0.97 * total
        returns.insert(0, total)
    baseline = 0.9 * baseline + 0.1 * returns[0]
    loss = -(torch.stack(log_probabilities) * (torch.tensor(returns) - baseline)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if episode % 20 == 19:
        print(f"episode {episode}: return {sum(rewards):.2f} in {len(rewards)} moves")
