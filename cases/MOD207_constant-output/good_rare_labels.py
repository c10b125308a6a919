"""Which of five rare topics does a message touch? Bags of words, several labels each, few of them set."""

import math

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

WORDS, TOPICS, LENGTH = 200, 5, 20


class Messages(Dataset):
    def __init__(self, amount, generator):
        self.topics = (torch.rand(amount, TOPICS, generator=generator) < 0.15).float()
        self.words = torch.randint(5 * TOPICS, WORDS, (amount, LENGTH), generator=generator)
        for row, topics in enumerate(self.topics):
            place = 0
            for topic in topics.nonzero().flatten().tolist():
                typical = torch.randint(5 * topic, 5 * topic + 5, (3,), generator=generator)
                self.words[row, place : place + 3] = typical
                place += 3

    def __len__(self):
        return len(self.words)

    def __getitem__(self, index):
        return dict(words=self.words[index], topics=self.topics[index])


class Tagger(nn.Module):
    def __init__(self, width=48, prior=0.01):
        super().__init__()
        self.bag = nn.EmbeddingBag(WORDS, width, mode="sum")
        self.hidden = nn.Linear(width, 64)
        self.tags = nn.Linear(64, TOPICS)
        self.prior = prior
        self.apply(self.start_rare)

    def start_rare(self, module):
        """Begin with the belief that nothing applies."""
        if isinstance(module, nn.Linear):
            nn.init.xavier_normal_(module.weight, gain=0.2)
            nn.init.constant_(module.bias, -math.log((1 - self.prior) / self.prior) if module is self.tags else 0.0)

    def forward(self, words):
        return self.tags(self.hidden(0.5 * self.bag(words)).relu())


def run(tagger, loader, optimizer, criterion):
    for batch in loader:
        logits = tagger(batch["words"])
        loss = criterion(logits, batch["topics"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


def main():
    torch.manual_seed(17)
    generator = torch.Generator().manual_seed(17)
    loader = DataLoader(Messages(1200, generator), batch_size=60, shuffle=True)
    unseen = Messages(300, generator)
    tagger = Tagger()
    optimizer = torch.optim.Adam(tagger.parameters(), lr=4e-3)
    criterion = nn.BCEWithLogitsLoss()
    for epoch in range(6):
        loss = run(tagger, loader, optimizer, criterion)
        with torch.no_grad():
            found = (tagger(unseen.words) > 0).float() * unseen.topics
        print(f"{epoch}: loss {loss:.3f}, topics found {found.sum().item() / unseen.topics.sum().item():.3f}")


if __name__ == "__main__":
    main()
