"""Right: few-shot episodes: class prototypes are softmax-weighted means over the support samples."""

import torch
from torch import nn

torch.manual_seed(9)
torch.set_num_threads(1)
WAYS, SHOTS, QUERIES = 4, 5, 20
embed = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 12))
trust = nn.Linear(12, 1)
optimizer = torch.optim.Adam([*embed.parameters(), *trust.parameters()], lr=3e-3)


def episode():
    centres = 2 * torch.randn(WAYS, 8)
    labels = torch.arange(WAYS).repeat(QUERIES // WAYS)
    return centres + torch.randn(SHOTS, WAYS, 8), centres[labels] + torch.randn(QUERIES, 8), labels


for number in range(100):
    support, query, labels = episode()
    z = embed(support)  # shots, ways, features
    weight = trust(z).softmax(dim=0)
    prototypes = (weight * z).sum(0)
    loss = nn.functional.cross_entropy(-torch.cdist(embed(query), prototypes), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if number % 25 == 0:
        print(number, f"{loss.item():.4f}")
