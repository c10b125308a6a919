"""Does a user click an item: two towers joined by a small scorer."""

import torch
import torch.nn.functional as F
from torch import nn


class Clicks(nn.Module):
    def __init__(self, users, items, width=12):
        super().__init__()
        self.users, self.items = nn.Embedding(users, width), nn.Embedding(items, width)
        self.scorer = nn.Sequential(nn.Linear(2 * width, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, user, item):
        return F.softmax(self.scorer(torch.cat([self.users(user), self.items(item)], -1)), dim=-1)  # expect: MOD206


torch.manual_seed(0)
torch.set_num_threads(1)
user, item = torch.randint(0, 30, (400,)), torch.randint(0, 20, (400,))
clicked = ((user + item) % 2).float().unsqueeze(1)
model = Clicks(30, 20)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(3):
    for rows in torch.arange(400).split(40):
        out = model(user[rows], item[rows])
        loss = F.binary_cross_entropy(out, clicked[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
