"""Tags of short notes: three yes-or-no answers for each bag of words, with dict batches and a trainer class."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset

VOCABULARY, TAGS = 40, 3


class Notes(Dataset):
    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        self.words = (torch.rand(count, VOCABULARY, generator=generator) < 0.15).float()
        rule = torch.randn(VOCABULARY, TAGS, generator=torch.Generator().manual_seed(0))
        self.tags = (self.words @ rule > 0.3).float()

    def __len__(self):
        return len(self.words)

    def __getitem__(self, index):
        return {"words": self.words[index], "tags": self.tags[index]}


class Trainer:
    def __init__(self):
        self.model = nn.Sequential(
            nn.Linear(VOCABULARY, 32),
            nn.Tanh(),
            nn.Linear(32, TAGS),
            nn.Sigmoid(),
        )
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.5, momentum=0.9)

    def loss(self, batch):
        scores = self.model(batch["words"])  # expect: LOS303
        return F.binary_cross_entropy_with_logits(scores, batch["tags"], pos_weight=torch.full((TAGS,), 1.5))

    def fit(self, loader, epochs):
        for _ in range(epochs):
            total = 0.0
            for batch in loader:
                loss = self.loss(batch)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                total += float(loss)
            print(f"{total / len(loader):.3f}")


torch.manual_seed(0)
Trainer().fit(DataLoader(Notes(320, seed=1), batch_size=40, shuffle=True), epochs=6)
