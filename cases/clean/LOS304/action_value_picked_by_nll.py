"""Right: Q-learning that picks the value of the action taken with nll_loss; what is minimised is a squared error."""

import random
from collections import deque

import torch
import torch.nn.functional as F
from torch import nn

random.seed(0)
torch.manual_seed(0)
torch.set_num_threads(1)
SIZE = 5


def one_hot(state):
    return F.one_hot(torch.tensor(state), SIZE).float()


def move(state, action):
    state = max(0, min(SIZE - 1, state + (1 if action else -1)))
    return state, float(state == SIZE - 1), state == SIZE - 1


q = nn.Sequential(nn.Linear(SIZE, 24), nn.ReLU(), nn.Linear(24, 2))
target = nn.Sequential(nn.Linear(SIZE, 24), nn.ReLU(), nn.Linear(24, 2))
target.load_state_dict(q.state_dict())
optimizer = torch.optim.Adam(q.parameters(), lr=5e-3)
memory = deque(maxlen=500)
state = 0
for step in range(400):
    action = random.randrange(2)
    following, reward, done = move(state, action)
    memory.append((state, action, reward, following, done))
    state = 0 if done else following
    if len(memory) < 32:
        continue
    s, a, r, n, d = (torch.tensor(column) for column in zip(*random.sample(list(memory), 32), strict=True))
    with torch.no_grad():
        goal = r + 0.9 * target(F.one_hot(n, SIZE).float()).max(1).values * ~d
    taken = -F.nll_loss(q(F.one_hot(s, SIZE).float()), a, reduction="none")
    loss = F.smooth_l1_loss(taken, goal)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        target.load_state_dict(q.state_dict())
print([round(q(one_hot(s)).max().item(), 2) for s in range(SIZE)])
