"""Right: one backward, two optimisers: the table's part steps unclipped, then the recurrent part is clipped and steps."""

import torch
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(25, 12)
        self.rnn = nn.RNN(12, 24, batch_first=True)
        self.out = nn.Linear(24, 3)

    def forward(self, ids):
        return self.out(self.rnn(self.embed(ids))[0])


ids = torch.randint(0, 25, (300, 10))
tags = (ids + ids.roll(1, 1)) % 3
model = Tagger()
table = torch.optim.SGD(model.embed.parameters(), lr=0.5)
dense = [*model.rnn.parameters(), *model.out.parameters()]
adam = torch.optim.Adam(dense, lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(300).split(30):
        loss = nn.functional.cross_entropy(model(ids[rows]).transpose(1, 2), tags[rows])
        model.zero_grad()
        loss.backward()
        table.step()
        nn.utils.clip_grad_norm_(dense, 0.1)
        adam.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
