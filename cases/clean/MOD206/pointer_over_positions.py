"""Right: start-of-answer scores: one score a position, the softmax runs over the positions, not over the last axis."""

import torch
from torch import nn

torch.manual_seed(6)
torch.set_num_threads(1)
tokens = torch.randint(1, 20, (300, 12))
start = torch.randint(0, 12, (300,))
tokens[torch.arange(300), start] = 0


class Pointer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 12)
        self.mix = nn.GRU(12, 12, batch_first=True, bidirectional=True)
        self.score = nn.Linear(24, 1)

    def forward(self, ids):
        return self.score(self.mix(self.embed(ids))[0])  # rows, positions, 1


model = Pointer()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(60):
    rows = torch.randint(0, 300, (30,))
    scores = model(tokens[rows])
    loss = nn.functional.cross_entropy(scores, start[rows].unsqueeze(1))  # classes: axis 1
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 15 == 0:
        print(step, f"{loss.item():.3f}")
