"""Right though unusual: gradient boosting of networks; finished learners stay in a list, add to the output and change
no more.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(640, 8)
y = torch.sin(2 * x[:, 0]) + 0.5 * x[:, 1] * x[:, 2] + 0.1 * torch.randn(640)
xt, yt, xv, yv = x[:512], y[:512], x[512:], y[512:]


class Ensemble(nn.Module):
    def __init__(self):
        super().__init__()
        self.finished = []
        self.current = None

    def grow(self):
        if self.current is not None:
            self.finished.append(self.current)
        self.current = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        total = self.current(x)
        for learner in self.finished:
            total = total + 0.7 * learner(x)
        return total.squeeze(1)


model = Ensemble()
for stage in range(4):
    model.grow()
    optimizer = torch.optim.Adam(model.current.parameters(), lr=1e-2)
    for _epoch in range(8):
        for rows in torch.randperm(512).split(32):
            loss = (model(xt[rows]) - yt[rows]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        error = (model(xv) - yv).square().mean()
    print(f"stage {stage}: loss {loss.item():.3f}, validation {error.item():.3f}")
