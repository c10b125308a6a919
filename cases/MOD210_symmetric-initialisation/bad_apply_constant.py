"""A table model whose layers are initialised by one function."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn


def initialise(module):
    if isinstance(module, nn.Linear):
        nn.init.constant_(module.weight, 0.05)  # expect: MOD210
        nn.init.zeros_(module.bias)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = nn.ModuleList([nn.Linear(10, 24), nn.Linear(24, 24)])
        self.out = nn.Linear(24, 1)
        self.apply(initialise)

    def forward(self, x):
        for layer in self.stack:
            x = nn.functional.silu(layer(x))
        return self.out(x)


torch.manual_seed(0)
torch.set_num_threads(1)
x, y = load_diabetes(return_X_y=True)
x = torch.tensor(20 * x, dtype=torch.float32)
y = torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32)[:, None]
model = Model()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(8):
    for rows in torch.randperm(len(x)).split(40):
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
