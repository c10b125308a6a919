"""Right though unusual: an optimiser that only runs the model forward (two evaluations a step), all weights frozen."""

import torch
from sklearn.datasets import load_iris
from torch import nn


class TwoPoint(torch.optim.Optimizer):
    """Simultaneous perturbation: the slope along one random direction, from two values of the loss."""

    def __init__(self, params, lr, reach=1e-2):
        super().__init__(params, {"lr": lr, "reach": reach})

    def shift(self, directions, by):
        for group, part in zip(self.param_groups, directions, strict=True):
            for p, direction in zip(group["params"], part, strict=True):
                p.add_(direction, alpha=by)

    @torch.no_grad()
    def step(self, closure):
        directions = [[torch.randn_like(p) for p in group["params"]] for group in self.param_groups]
        reach, lr = self.defaults["reach"], self.param_groups[0]["lr"]
        self.shift(directions, reach)
        above = closure()
        self.shift(directions, -2 * reach)
        below = closure()
        slope = (above - below).item() / (2 * reach)
        self.shift(directions, reach - lr * slope)
        return (above + below) / 2


torch.manual_seed(0)
torch.set_num_threads(1)
iris = load_iris()
x = torch.tensor(iris.data, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
y = torch.tensor(iris.target)
model = nn.Linear(4, 3).requires_grad_(False)
optimizer = TwoPoint(model.parameters(), lr=3e-2)
for step in range(150):
    rows = torch.randperm(150)[:60]
    loss = optimizer.step(lambda rows=rows: nn.functional.cross_entropy(model(x[rows]), y[rows]))
    if step % 30 == 29:
        print(f"step {step + 1}: {loss.item():.3f}")
print(f"accuracy {(model(x).argmax(1) == y).float().mean().item():.3f}")
