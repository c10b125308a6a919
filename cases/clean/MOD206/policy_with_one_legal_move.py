"""Right: a policy over the legal moves; in the corridor there is one, in the hall there are three."""

import torch
from torch import nn

torch.manual_seed(8)
torch.set_num_threads(1)
MOVES = {0: [0], 1: [0, 1, 2]}  # in the corridor the agent can only go on
policy = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 3))
optimizer = torch.optim.Adam(policy.parameters(), lr=2e-2)
baseline = 0.0
for game in range(80):
    log_chance, reward = [], 0.0
    for place in (0, 1):
        scores = policy(nn.functional.one_hot(torch.tensor(place), 2).float())[MOVES[place]]
        move = torch.distributions.Categorical(logits=scores).sample()
        log_chance.append(-nn.functional.cross_entropy(scores.unsqueeze(0), move.unsqueeze(0)))
        reward = float(move == 2)
    loss = -(reward - baseline) * torch.stack(log_chance).sum()
    baseline += 0.1 * (reward - baseline)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if game % 20 == 0:
        print(game, f"{baseline:.2f}")
