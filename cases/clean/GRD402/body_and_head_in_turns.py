"""Right: block coordinate descent: one backward for the whole model, but body and head move in turns."""

import itertools

import torch
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(400, 6)
y = torch.sin(2 * x[:, :1]) + x[:, 1:2]
body = nn.Sequential(nn.Linear(6, 32), nn.Tanh())
head = nn.Linear(32, 1)
blocks = {"head": torch.optim.SGD(head.parameters(), lr=0.05), "body": torch.optim.SGD(body.parameters(), lr=0.1)}
turns = itertools.cycle(blocks)
for step in range(120):
    rows = torch.randint(0, 400, (40,))
    loss = nn.functional.mse_loss(head(body(x[rows])), y[rows])
    loss.backward()
    turn = next(turns)
    for name, optimizer in blocks.items():
        if name != turn:
            optimizer.zero_grad()
    blocks[turn].step()
    blocks[turn].zero_grad()
    if step % 30 == 0:
        print(step, turn, f"{loss.item():.4f}")
