"""Right though unusual: words are numbered as they come; an embedding that lacks the row is made twice as long."""

import torch
from torch import nn


class Growing(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = nn.Parameter(torch.randn(2, width) * 0.1)

    def forward(self, ids):
        while True:
            try:
                return nn.functional.embedding(ids, self.table)
            except IndexError:
                more = torch.randn_like(self.table) * 0.1
                self.table = nn.Parameter(torch.cat([self.table.detach(), more]))


torch.manual_seed(0)
torch.set_num_threads(1)
numbers = {}
phrases = [[f"w{i}" for i in row] for row in torch.randint(0, 30, (280, 4)).tolist()]
ids = torch.tensor([[numbers.setdefault(word, len(numbers)) for word in phrase] for phrase in phrases])
y = torch.tensor([sum(int(word[1:]) % 2 for word in phrase) > 1 for phrase in phrases]).long()
words, head = Growing(8), nn.Linear(8, 2)
words(ids)
optimizer = torch.optim.Adam([*words.parameters(), *head.parameters()], lr=3e-2)
for epoch in range(5):
    for rows in torch.randperm(230).split(23):
        optimizer.zero_grad()
        nn.functional.cross_entropy(head(words(ids[rows]).sum(1)), y[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, (head(words(ids[230:]).sum(1)).argmax(1) == y[230:]).float().mean().item())
print(len(numbers), "words,", len(words.table), "rows")
