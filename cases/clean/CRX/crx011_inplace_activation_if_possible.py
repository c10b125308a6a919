"""Right though unusual: each activation is tried in place to save memory, and replaced where its gradient forbids it."""

import torch
from torch import nn


class Activation(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def square_plus_(x):
    return x.mul_(x).add_(0.1)


def square_plus(x):
    return x * x + 0.1


def cheapest(choices, width):
    """The first function through which a layer's gradient comes back."""
    for function in choices:
        layer = nn.Linear(width, width)
        hidden = layer(torch.ones(2, width))
        try:
            function(hidden.sigmoid()).sum().backward()
        except RuntimeError as refusal:
            print(f"{function.__name__}: {str(refusal)[:60]}")
        else:
            return Activation(function)
    raise ValueError("no function works")


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(360, 6)
y = x[:, :2].square().sum(1, keepdim=True) - x[:, 2:3]
model = nn.Sequential(
    nn.Linear(6, 32),
    cheapest((torch.relu_, torch.relu), 4),
    nn.Linear(32, 32),
    cheapest((square_plus_, square_plus), 4),
    nn.Linear(32, 1),
)
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(15):
    for rows in torch.randperm(360).split(36):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
