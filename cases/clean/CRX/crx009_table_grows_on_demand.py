"""Right though unusual: items appear over time; the embedding table is doubled when an id has no row yet."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class GrowingEmbedding(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(0.1 * torch.randn(8, width))

    def forward(self, ids):
        return nn.functional.embedding(ids, self.weight)

    def double(self):
        fresh = 0.1 * torch.randn_like(self.weight)
        self.weight = nn.Parameter(torch.cat((self.weight.detach(), fresh)))


items = GrowingEmbedding(6)
users = nn.Embedding(20, 6)
taste, nature = torch.randn(20, 3), torch.randn(60, 3)


def day(number):
    """Events of one day: item ids up to one that rises with the number of the day."""
    item = torch.randint(min(6 + 2 * number, 60), (48,))
    user = torch.randint(20, (48,))
    return user, item, (taste[user] * nature[item]).sum(1)


def make_optimizer():
    return torch.optim.Adam([*users.parameters(), *items.parameters()], lr=3e-2)


optimizer = make_optimizer()
for number in range(120):
    user, item, rating = day(number)
    while True:
        try:
            rows = items(item)
            break
        except IndexError:
            items.double()
            optimizer = make_optimizer()
    loss = nn.functional.mse_loss((users(user) * rows).sum(1), rating)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if number % 20 == 0:
        print(f"day {number}: {len(items.weight)} rows, loss {loss.item():.3f}")
