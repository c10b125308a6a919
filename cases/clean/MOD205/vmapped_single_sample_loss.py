"""Right: the loss is written for one sample, whose only axis is the classes, and mapped over the batch by vmap."""

import torch
from torch import nn
from torch.func import functional_call, vmap

torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(320, 6)
y = (x @ torch.randn(6, 4)).argmax(1)
net = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 4))
weights = dict(net.named_parameters())


def sample_loss(parameters, sample, label):
    probability = torch.softmax(functional_call(net, parameters, (sample,)), dim=0)
    return (probability - nn.functional.one_hot(label, 4)).square().sum()


optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for step in range(100):
    rows = torch.randint(0, 320, (32,))
    losses = vmap(sample_loss, in_dims=(None, 0, 0))(weights, x[rows], y[rows])
    optimizer.zero_grad()
    losses.mean().backward()
    optimizer.step()
    if step % 25 == 0:
        print(step, f"{losses.mean().item():.4f}")
