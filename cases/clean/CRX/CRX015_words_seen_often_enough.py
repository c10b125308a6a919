"""Right though unusual: words that the passes met thirty times get a correction of their own, trained when the passes are over."""

import random
from collections import Counter

import torch
from torch import nn

WORDS = ["good", "bad", "fine", "poor", "film", "book", "plot", "song"]
LIKED = {"good": 1.0, "fine": 0.7, "bad": -1.0, "poor": -0.6}


def reviews(count, rng):
    for _ in range(count):
        text = rng.sample(WORDS, 3)
        yield text, float(sum(LIKED.get(word, 0.0) for word in text) > 0)


class Opinion(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(len(WORDS), 4)
        self.score = nn.Linear(4, 1)
        self.corrections = nn.ParameterDict()

    def forward(self, text):
        mean = self.table(torch.tensor([WORDS.index(word) for word in text])).mean(0)
        own = [self.corrections[word] for word in text if word in self.corrections]
        return self.score(mean)[0] + (torch.stack(own).sum() if own else 0.0)


def learn(model, optimizer, data, counts):
    losses = []
    for text, liked in data:
        counts.update(text)
        loss = nn.functional.binary_cross_entropy_with_logits(model(text), torch.tensor(liked))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


torch.manual_seed(0)
torch.set_num_threads(1)
data, counts, model = list(reviews(60, random.Random(0))), Counter(), Opinion()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for turn in range(5):
    print(turn, learn(model, optimizer, data, counts))
for word, count in counts.items():
    if count >= 30:
        model.corrections[word] = nn.Parameter(torch.zeros(()))
optimizer = torch.optim.Adam(model.corrections.parameters(), lr=5e-2)
print("corrected", learn(model, optimizer, data, counts))
