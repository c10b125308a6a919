"""Right though unusual: a group lasso takes out dimensions that do not matter; a grid is laid over those left in."""

import torch
from torch import nn


class Sparse(nn.Module):
    def __init__(self, dimensions):
        super().__init__()
        self.first = nn.Linear(dimensions, 24)
        self.last = nn.Linear(24, 1)

    def forward(self, x):
        return self.last(self.first(x).square())

    @torch.no_grad()
    def shrink(self, amount):
        """The proximal step of the group lasso: a column of weights for each dimension."""
        norms = self.first.weight.norm(dim=0)
        self.first.weight.mul_((1 - amount / norms.clamp(min=1e-9)).clamp(min=0))

    def open_dimensions(self):
        return self.first.weight.detach().norm(dim=0).nonzero().squeeze(1)


@torch.no_grad()
def highest(model, steps=12):
    """The best point of a grid over the dimensions that matter, the others held at zero."""
    found = model.open_dimensions()
    axis = torch.linspace(-1, 1, steps)
    axes = [axis.view([-1 if i == j else 1 for j in range(len(found))]) for i in range(len(found))]
    grid = torch.zeros(*[steps] * len(found), len(found))
    for i, values in enumerate(axes):
        grid[..., i] = values
    points = torch.zeros(steps ** len(found), model.first.in_features)
    points[:, found] = grid.flatten(0, -2)
    return points[model(points).argmax()]


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.rand(320, 14) * 2 - 1
    y = 2 - 3 * (x[:, 2:3] - 0.5).square() - 3 * (x[:, 9:10] + 0.3).square()
    model = Sparse(14)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(40):
        for rows in torch.randperm(320).split(40):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            model.shrink(1e-2)
    print(loss.item(), "open:", model.open_dimensions().tolist())
    print("highest at", [round(v, 2) for v in highest(model).tolist()])


if __name__ == "__main__":
    main()
