"""Right though unusual: temporal differences; the values a net is to hit grow as it learns that rewards will follow."""

import copy
import random
from collections import deque

import torch
from torch import nn

random.seed(0)
torch.manual_seed(0)
torch.set_num_threads(1)
LENGTH = 6
online = nn.Sequential(nn.Linear(LENGTH, 48), nn.ReLU(), nn.Linear(48, 2))
nn.init.zeros_(online[2].weight)
nn.init.zeros_(online[2].bias)
target = copy.deepcopy(online).requires_grad_(False)
optimizer = torch.optim.Adam(online.parameters(), lr=3e-3)
memory: deque[tuple[int, int, float, int]] = deque(maxlen=2000)
seen = torch.eye(LENGTH)
place, update = 0, 0
for step in range(3000):
    explore = random.random() < max(0.2, 1 - step / 2000)
    with torch.no_grad():
        action = random.randrange(2) if explore else int(online(seen[place]).argmax())
    then = min(LENGTH - 1, place + 1) if action else max(0, place - 1)
    reward = 10.0 if then == LENGTH - 1 else 0.0  # it stays there and is paid again and again
    memory.append((place, action, reward, then))
    place = then if step % 40 else 0
    if len(memory) >= 64 and step % 8 == 0:
        rows = random.sample(memory, 64)
        places, actions, rewards, nexts = (torch.tensor(column) for column in zip(*rows, strict=True))
        with torch.no_grad():
            wanted = rewards + 0.95 * target(seen[nexts]).max(1).values
        guess = online(seen[places]).gather(1, actions[:, None]).squeeze(1)
        loss = nn.functional.mse_loss(guess, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        update += 1
        if update % 10 == 0:
            target.load_state_dict(online.state_dict())
        if update % 50 == 0:
            print(update, round(loss.item(), 2), round(wanted.max().item(), 1))
