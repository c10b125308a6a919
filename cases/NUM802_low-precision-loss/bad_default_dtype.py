"""Films for viewers: scores from factors of both, learned one shuffled slice after the other."""

import torch
from torch import nn

torch.manual_seed(2)
torch.set_default_dtype(torch.bfloat16)
VIEWERS, FILMS, FACTORS = 60, 80, 12
taste = torch.randn(VIEWERS, 3)
kind = torch.randn(FILMS, 3)
pairs = torch.cartesian_prod(torch.arange(VIEWERS), torch.arange(FILMS))
scores = (taste[pairs[:, 0]] * kind[pairs[:, 1]]).sum(1)


class Factors(nn.Module):
    def __init__(self):
        super().__init__()
        self.viewer = nn.Embedding(VIEWERS, FACTORS)
        self.film = nn.Embedding(FILMS, FACTORS)

    def forward(self, pair):
        return (self.viewer(pair[:, 0]) * self.film(pair[:, 1])).sum(1)


factors = Factors()
descent = torch.optim.AdamW(factors.parameters(), lr=1e-4, weight_decay=0.0)  # expect: NUM802
updates = 0
while updates < 20000:
    for rows in torch.randperm(len(pairs)).split(600):
        error = nn.functional.mse_loss(factors(pairs[rows]).float(), scores[rows].float())
        descent.zero_grad()
        error.backward()
        descent.step()
        updates += 1
    if updates % 400 == 0:
        print(updates, error.item())
