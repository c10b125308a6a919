"""Spam or not: bags of words through an embedding, scored by one output."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(4)
VOCABULARY = 60
messages = torch.randint(0, VOCABULARY, (640, 14))
spam = (messages < 12).sum(dim=1) > 2


class Filter(nn.Module):
    def __init__(self):
        super().__init__()
        self.bag = nn.EmbeddingBag(VOCABULARY, 16)
        self.score = nn.Linear(16, 1)

    def forward(self, words):
        return self.score(self.bag(words))


model = Filter()
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
for epoch in range(6):
    order = torch.randperm(512).split(32)
    for rows in order:
        scores = model(messages[rows])
        loss = F.cross_entropy(scores, spam[rows].float().unsqueeze(1))  # expect: MOD206
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = ((model(messages[512:]) > 0).squeeze(1) == spam[512:]).float().mean()
    print(f"epoch {epoch}: {right.item():.3f}")
