"""Right though unusual: FedOpt. Clients' copies are trained by fresh optimisers, the server's by its own steps."""

import copy

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x, y = load_breast_cancer(return_X_y=True)
x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
x = (x - x.mean(0)) / x.std(0)
clients = [(x[i::4], y[i::4]) for i in range(4)]
model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 2))
server = torch.optim.Adam(model.parameters(), lr=1e-2)


def local_update(model, inputs, labels):
    local = copy.deepcopy(model)
    optimizer = torch.optim.SGD(local.parameters(), lr=0.1)
    for rows in torch.randperm(len(inputs)).split(32):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(local(inputs[rows]), labels[rows])
        loss.backward()
        optimizer.step()
    return loss.item(), [new.detach() for new in local.parameters()]


for communication in range(6):
    losses, arrived = zip(*(local_update(model, *client) for client in clients), strict=True)
    for index, parameter in enumerate(model.parameters()):
        mean = torch.stack([weights[index] for weights in arrived]).mean(0)
        parameter.grad = parameter.detach() - mean
    server.step()
    server.zero_grad()
    print(f"{communication}: {sum(losses) / 4:.3f}")
