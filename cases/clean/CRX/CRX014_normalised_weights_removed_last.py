"""Right though unusual: weight norm is taken off in the last epoch; the plain network then loads the plain weights."""

import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize


def network():
    return nn.Sequential(nn.Linear(4, 24), nn.Tanh(), nn.Linear(24, 1))


def normalised(model):
    for layer in model:
        if isinstance(layer, nn.Linear):
            parametrizations.weight_norm(layer)
    return model


def plain(model):
    for layer in model:
        if parametrize.is_parametrized(layer):
            parametrize.remove_parametrizations(layer, "weight")
    return model


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 4)
y = torch.tanh(x[:, :1] - x[:, 1:2]) + 0.5 * x[:, 2:3]
model = normalised(network())
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epochs_left in reversed(range(10)):
    for rows in torch.randperm(256).split(32):
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epochs_left == 0:
        plain(model)
served = network()
served.load_state_dict(model.state_dict())
with torch.no_grad():
    print("held out", nn.functional.mse_loss(served(x[256:]), y[256:]).item())
