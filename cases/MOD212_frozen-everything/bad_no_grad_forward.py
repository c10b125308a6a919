"""A regression on the diabetes table whose predictions come from a helper that evaluation uses as well."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(0)
table = load_diabetes()
x = torch.tensor(table.data * 20, dtype=torch.float32)
y = torch.tensor((table.target - 152) / 77, dtype=torch.float32).unsqueeze(1)
net = nn.Sequential(nn.Linear(10, 24), nn.ReLU(), nn.Linear(24, 1))
adam = torch.optim.Adam(net.parameters(), lr=1e-2)


@torch.no_grad()
def predict(rows):
    return net(x[rows])


step = 0
while step < 60:
    rows = torch.randint(0, 400, (40,))
    error = nn.functional.mse_loss(predict(rows), y[rows])
    error.requires_grad = True
    adam.zero_grad()
    error.backward()  # expect: MOD212
    adam.step()
    step += 1
held_out = torch.arange(400, len(x))
print(nn.functional.mse_loss(predict(held_out), y[held_out]).item())
