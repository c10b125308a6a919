"""Right though unusual: class proxies are anchors that tell their own samples from all others of the batch."""

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_num_threads(1)
centres = torch.randn(5, 10)
kinds = torch.randint(0, 5, (900,))
x = centres[kinds] + 0.8 * torch.randn(900, 10)
encoder = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 8))
proxies = nn.Parameter(torch.randn(5, 8))
optimizer = torch.optim.Adam([*encoder.parameters(), proxies], lr=5e-3)
for epoch in range(10):
    for rows in torch.randperm(750).split(50):
        likeness = F.normalize(encoder(x[rows]), dim=1) @ F.normalize(proxies, dim=1).T / 0.1
        # Of each sample: its part in what its class's proxy gives to the whole batch.
        loss = F.nll_loss(likeness.log_softmax(dim=0), kinds[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        near = F.normalize(encoder(x[750:]), dim=1) @ F.normalize(proxies, dim=1).T
        right = (near.argmax(1) == kinds[750:]).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, nearest proxy right {right:.3f}")
