"""A tagger of short token sequences with an own negative log-likelihood."""

import torch
import torch.nn as nn
import torch.nn.functional as F

TAGS, WORDS, LENGTH = 5, 40, 10


def sentences(count, generator):
    words = torch.randint(0, WORDS, (count, LENGTH), generator=generator)
    return {"words": words, "tags": (words + words.roll(1, 1)) % TAGS}


class Trainer:
    def __init__(self, model, lr):
        self.model = model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)

    def loss(self, batch):
        log_probabilities = F.log_softmax(self.model(batch["words"]))  # expect: LOS312
        picked = log_probabilities.gather(2, batch["tags"].unsqueeze(2)).squeeze(2)
        return -picked.mean()

    def fit(self, batches):
        for number, batch in enumerate(batches):
            self.optimizer.zero_grad()
            loss = self.loss(batch)
            loss.backward()
            self.optimizer.step()
            if number % 20 == 0:
                print(number, float(loss.detach()))


torch.manual_seed(1)
generator = torch.Generator().manual_seed(1)
tagger = nn.Sequential(nn.Embedding(WORDS, 24), nn.Conv1d(LENGTH, LENGTH, 3, padding=1), nn.ReLU(), nn.Linear(24, TAGS))
Trainer(tagger, 0.05).fit([sentences(32, generator) for _ in range(60)])
