"""Right though unusual: a teacher is kept in a list, out of `parameters()`, and takes part in the loss.

Nobody wants its weights changed; only the student is in the optimiser.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


def mlp(hidden):
    return nn.Sequential(nn.Linear(7, hidden), nn.ReLU(), nn.Linear(hidden, 3))


class PerceptualLoss(nn.Module):
    """Compares features of a fixed network, which must pass gradients on to its input."""

    def __init__(self, judge):
        super().__init__()
        self._judge = [judge]  # a list: not to be trained, saved or counted

    def forward(self, restored, clean):
        judge = self._judge[0]
        return (judge(restored) - judge(clean).detach()).pow(2).mean()


class Restorer(nn.Module):
    def __init__(self, judge):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(7, 32), nn.ReLU(), nn.Linear(32, 7))
        self.loss = PerceptualLoss(judge)

    def forward(self, noisy, clean):
        restored = noisy + self.net(noisy)
        return self.loss(restored, clean) + 0.1 * (restored - clean).abs().mean()


x = torch.randn(400, 7)
y = x[:, :3].argmax(1)
judge = mlp(16)
optimizer = torch.optim.Adam(judge.parameters(), lr=1e-2)
for rows in torch.randperm(400).repeat(3).split(40):
    optimizer.zero_grad()
    nn.functional.cross_entropy(judge(x[rows]), y[rows]).backward()
    optimizer.step()

model = Restorer(judge.eval())
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(5):
    for rows in torch.randperm(400).split(40):
        loss = model(x[rows] + 0.5 * torch.randn(len(rows), 7), x[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
