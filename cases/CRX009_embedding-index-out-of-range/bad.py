"""Whether a short text is friendly, from its words; rare words share one token."""

import torch
from torch import nn

WORDS = ["good", "nice", "kind", "bad", "rude", "slow", "shop", "place", "food", "staff"]
VOCABULARY = {word: number for number, word in enumerate(WORDS)}
UNKNOWN = len(WORDS)


def texts(count):
    words = torch.randint(0, len(WORDS) + 1, (count, 6))
    friendly = ((words < 3).sum(1) >= ((words >= 3) & (words < 6)).sum(1)).float()
    return words, friendly


class Mood(nn.Module):
    def __init__(self, tokens):
        super().__init__()
        self.words = nn.Embedding(tokens, 16)
        self.head = nn.Linear(16, 1)

    def forward(self, words):
        return self.head(self.words(words).mean(1)).squeeze(1)  # expect: CRX009


def main():
    torch.manual_seed(0)
    words, friendly = texts(320)
    model = Mood(tokens=len(VOCABULARY))
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    for epoch in range(5):
        for rows in torch.randperm(320).split(32):
            optimizer.zero_grad()
            loss = nn.functional.binary_cross_entropy_with_logits(model(words[rows]), friendly[rows])
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
