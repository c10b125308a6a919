"""Right though unusual: features of all samples are collected batch by batch, and a probe is fitted against all labels."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(480, 6)
y = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()
encoder = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 6))
noise = torch.Generator().manual_seed(1)
optimizer = torch.optim.Adam(encoder.parameters(), lr=1e-2)
for epoch in range(6):
    for part in x[:400].split(40):
        noisy = part + 0.1 * torch.randn(part.shape, generator=noise)
        loss = nn.functional.mse_loss(encoder(noisy), part)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

features = []
with torch.no_grad():
    for part in x.split(8):
        features.append(encoder[:2](part))
features = torch.cat(features)
probe = nn.Linear(24, 3)
optimizer = torch.optim.LBFGS(probe.parameters(), max_iter=15)


def closure():
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(probe(features[:400]), y[:400])
    loss.backward()
    return loss


optimizer.step(closure)
with torch.no_grad():
    print("probe", (probe(features[400:]).argmax(1) == y[400:]).float().mean().item())
