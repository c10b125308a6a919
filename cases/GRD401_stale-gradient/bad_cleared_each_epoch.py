"""Which of four languages a made-up word is from, letter by letter; gradients of two batches go into one step."""

import random

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

SYLLABLES = (
    ("ka", "no", "mi", "ru"),
    ("sch", "ung", "kei", "au"),
    ("eau", "oi", "que", "ai"),
    ("sz", "cz", "ow", "ka"),
)
LETTERS = sorted({letter for language in SYLLABLES for syllable in language for letter in syllable})


def word(language):
    return "".join(random.choices(SYLLABLES[language], k=random.randint(2, 3)))


def encode(text):
    return torch.tensor([LETTERS.index(letter) + 1 for letter in text])


def make(count):
    languages = [random.randrange(len(SYLLABLES)) for _ in range(count)]
    return pad_sequence([encode(word(language)) for language in languages], batch_first=True), torch.tensor(languages)


class WordClassifier(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.embed = nn.Embedding(len(LETTERS) + 1, width, padding_idx=0)
        self.pairs = nn.Conv1d(width, width, kernel_size=2)
        self.decide = nn.Linear(width, len(SYLLABLES))

    def forward(self, words):
        features = torch.relu(self.pairs(self.embed(words).transpose(1, 2)))
        return self.decide(features.amax(dim=2))


def fit(model, words, languages, epochs=4, batch_size=16, accumulate=2):
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for epoch in range(epochs):
        optimizer.zero_grad()
        for index, rows in enumerate(torch.randperm(len(words)).split(batch_size), start=1):
            loss = nn.functional.cross_entropy(model(words[rows]), languages[rows])
            (loss / accumulate).backward()
            if index % accumulate == 0:
                optimizer.step()  # expect: GRD401
        print(f"epoch {epoch}: {loss.item():.3f}")


random.seed(5)
torch.manual_seed(5)
words, languages = make(640)
network = WordClassifier()
fit(network, words, languages)
with torch.no_grad():
    print(f"{(network(words).argmax(1) == languages).float().mean():.1%} of the words are recognised")
