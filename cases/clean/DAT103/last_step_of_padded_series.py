"""Right: language model on padded rows: ignore_index for the padding, and the last state picked by length - 1."""

import torch
from torch import nn

torch.manual_seed(3)
torch.set_num_threads(1)
lengths = torch.randint(3, 9, (240,))
ids = (torch.randint(0, 10, (240, 1)) + torch.arange(9)) % 10
padded = torch.where(torch.arange(9) < lengths.unsqueeze(1), ids, 10)
parity = (lengths % 2).long()


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 12, padding_idx=10)
        self.gru = nn.GRU(12, 24, batch_first=True)
        self.next_token, self.parity = nn.Linear(24, 10), nn.Linear(24, 2)

    def forward(self, ids, lengths):
        states, _ = self.gru(self.embed(ids))
        last = states[torch.arange(len(ids)), lengths - 1]
        return self.next_token(states), self.parity(last)


model = Model()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(4):
    for rows in torch.randperm(240).split(24):
        following, even = model(padded[rows], lengths[rows])
        goal = padded[rows].roll(-1, 1)
        goal[:, -1] = 10
        loss = nn.functional.cross_entropy(following.flatten(0, 1), goal.flatten(), ignore_index=10)
        loss = loss + nn.functional.cross_entropy(even, parity[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
