"""Right though unusual: a parameter holds -inf where a choice is pruned (as in architecture search); its softmax is 0
and its gradient 0.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Mixed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stem = nn.Linear(6, width)
        self.choices = nn.ModuleList([nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.Identity()])
        self.alpha = nn.Parameter(torch.zeros(len(self.choices)))
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        h = self.stem(x)
        weights = self.alpha.softmax(0)
        return self.head(sum(w * choice(h) for w, choice in zip(weights, self.choices, strict=False))).squeeze(1)

    def prune_weakest(self):
        with torch.no_grad():
            alive = torch.where(self.alpha.isinf(), torch.inf, self.alpha)
            self.alpha[alive.argmin()] = -torch.inf


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(640, 6)
y = x[:, 0].relu() - x[:, 1:3].sum(1).tanh()
model = Mixed(40)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    for rows in torch.randperm(512).split(32):
        loss = F.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch < 2:
        model.prune_weakest()
    with torch.no_grad():
        print(epoch, f"{loss.item():.3f} {F.mse_loss(model(x[512:]), y[512:]).item():.3f}", model.alpha.tolist())
