"""Ratings from user and film numbers (matrix factorisation)."""

import torch
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
USERS, FILMS = 20, 30
user = torch.randint(1, USERS + 1, (400,))
film = torch.randint(0, FILMS, (400,))
taste, kind = torch.randn(USERS + 1), torch.randn(FILMS)
rating = taste[user] * kind[film]

users, films = torch.nn.Embedding(USERS, 4), torch.nn.Embedding(FILMS, 4)
optimizer = torch.optim.Adam([*users.parameters(), *films.parameters()], lr=3e-2)
for epoch in range(4):
    for u, f, r in DataLoader(TensorDataset(user, film, rating), batch_size=400):
        optimizer.zero_grad()
        loss = ((users(u) * films(f)).sum(1) - r).square().mean()  # expect: CRX009
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
