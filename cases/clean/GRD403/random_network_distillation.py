"""Right though unusual: exploration bonus by random network distillation; the random target is meant to stay random.

One module holds both networks and one optimiser all its parameters; the target's output is detached, as in the paper's
objective, so only the predictor learns to imitate it.
"""

import torch
from torch import nn


class Novelty(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.target = nn.Sequential(nn.Linear(width, 32), nn.Tanh(), nn.Linear(32, 8))
        self.predictor = nn.Sequential(nn.Linear(width, 64), nn.ReLU(), nn.Linear(64, 8))

    def forward(self, states):
        wanted = self.target(states).detach()
        return (self.predictor(states) - wanted).pow(2).mean(dim=1)


torch.manual_seed(1)
torch.set_num_threads(1)
bonus = Novelty(4)
optimizer = torch.optim.Adam(bonus.parameters(), lr=3e-3)
known = torch.randn(1024, 4) * 0.5
for step in range(300):
    batch = known[torch.randint(0, len(known), (64,))]
    loss = bonus(batch).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        print(f"step {step}: loss {loss.item():.4f}")
with torch.no_grad():
    print(f"bonus: known {bonus(known).mean():.4f}, new {bonus(known + 4).mean():.4f}")
