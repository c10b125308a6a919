"""Encoder and head are put to eval mode for the validation; only the head is put back."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(500, 8)
y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).long()
encoder = nn.Sequential(nn.Linear(8, 48), nn.BatchNorm1d(48), nn.ReLU())
head = nn.Sequential(nn.Linear(48, 24), nn.ReLU(), nn.Linear(24, 2))
optimizer = torch.optim.AdamW([*encoder.parameters(), *head.parameters()], lr=3e-3)


def validate():
    encoder.eval()
    head.eval()
    with torch.no_grad():
        right = (head(encoder(x[400:])).argmax(1) == y[400:]).float().mean().item()
    head.train()
    return right


encoder.train()
head.train()
epoch = 0
while epoch < 8:
    for rows in torch.randperm(400).split(40):
        optimizer.zero_grad()
        nn.functional.cross_entropy(head(encoder(x[rows])), y[rows]).backward()  # expect: EVA702
        optimizer.step()
    print(epoch, validate())
    epoch += 1
