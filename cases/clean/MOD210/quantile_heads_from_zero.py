"""Right though unusual: logistic regression as two logits from zero, and a regression with two heads for one target.

Each layer is linear and the last one: a convex problem has no symmetry to break.
"""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x, y = load_diabetes(return_X_y=True)
x = torch.tensor(x * 20, dtype=torch.float32)
y = torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32)


class MeanAndBand(nn.Module):
    """Three outputs, the lower, middle and upper quantile, all of them starting at zero."""

    def __init__(self):
        super().__init__()
        self.line = nn.Linear(10, 3)
        nn.init.zeros_(self.line.weight)
        nn.init.zeros_(self.line.bias)

    def forward(self, x):
        return self.line(x)


def pinball(out, target, levels):
    error = target[:, None] - out
    return torch.maximum(levels * error, (levels - 1) * error).mean()


levels = torch.tensor([0.1, 0.5, 0.9])
model = MeanAndBand()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(10):
    for rows in torch.randperm(len(x)).split(64):
        loss = pinball(model(x[rows]), y[rows], levels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
