"""Parts of speech in short made-up sentences: one tag for each word, from a convolution over the words."""

import torch
from torch import nn, optim

WORDS, TAGS, LENGTH = 50, 5, 9


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, 16)
        self.hidden = nn.Conv1d(16, 32, 3, padding=1)
        self.head = nn.Conv1d(32, TAGS, 1)

    def forward(self, words):
        x = self.embedding(words).transpose(1, 2)
        return self.head(torch.relu(self.hidden(x)))


def sentences(count):
    words = torch.randint(0, WORDS, (count, LENGTH))
    before = torch.roll(words, 1, dims=1)
    return words, (words + (before > 25)) % TAGS


torch.manual_seed(2)
tagger = Tagger()
optimizer = optim.Adam(tagger.parameters(), lr=3e-3)
criterion = nn.NLLLoss(ignore_index=-100)
words, tags = sentences(400)
for epoch in range(4):
    order = torch.randperm(len(words))
    for start in range(0, len(order), 40):
        rows = order[start : start + 40]
        optimizer.zero_grad()
        error = criterion(tagger(words[rows]), tags[rows])  # expect: LOS304
        error.backward()
        optimizer.step()
    print(f"epoch {epoch}: {error.item():.3f}")
