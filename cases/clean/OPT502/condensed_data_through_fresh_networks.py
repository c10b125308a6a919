"""Right though unusual: data condensation by gradient matching. Only the synthetic rows learn, networks are drawn."""

import torch
from torch import nn
from torch.nn.functional import cosine_similarity, cross_entropy

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 6)
y = (x[:, 0] > 0).long()
synthetic = torch.randn(8, 6, requires_grad=True)
labels = torch.arange(8) % 2
optimizer = torch.optim.Adam([synthetic], lr=0.05)


def gradient(net, inputs, targets, create_graph):
    return torch.autograd.grad(cross_entropy(net(inputs), targets), list(net.parameters()), create_graph=create_graph)


for step in range(40):
    net = nn.Sequential(nn.Linear(6, 20), nn.Tanh(), nn.Linear(20, 2))
    rows = torch.randint(0, 400, (64,))
    real = gradient(net, x[rows], y[rows], create_graph=False)
    made = gradient(net, synthetic, labels, create_graph=True)
    distance = sum(1 - cosine_similarity(r.flatten(), m.flatten(), 0) for r, m in zip(real, made, strict=True))
    optimizer.zero_grad()
    distance.backward()
    optimizer.step()
    if step % 10 == 0:
        print(f"{step}: {distance.item():.3f}")
