"""Right: a bandit's value of each action: nll_loss picks the one taken, and its squared error is written by hand."""

import torch
from torch import nn

torch.manual_seed(10)
torch.set_num_threads(1)
context = torch.randn(500, 6)
worth = torch.tanh(context @ torch.randn(6, 3))
action = torch.randint(0, 3, (500,))
paid = worth[torch.arange(500), action] + 0.1 * torch.randn(500)
value = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.Adam(value.parameters(), lr=5e-3)
for epoch in range(5):
    for rows in torch.randperm(500).split(50):
        missed = paid[rows] + nn.functional.nll_loss(value(context[rows]), action[rows], reduction="none")
        loss = (missed * missed).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
