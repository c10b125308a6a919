"""Predicts the next letter of a rhyme; the output layer shares its weights with the embedding."""

import torch
from torch import nn

RHYME = """the cat sat on the mat and the rat ran from the cat
the hat of the cat was flat and the bat sat on the hat
a fat rat that sat on a mat is not a cat and that is that
"""
LETTERS = sorted(set(RHYME))
TEXT = torch.tensor([LETTERS.index(letter) for letter in RHYME * 4])


class LetterModel(nn.Module):
    def __init__(self, width=96):
        super().__init__()
        self.embed = nn.Embedding(len(LETTERS), width)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, len(LETTERS), bias=False)
        self.head.weight = self.embed.weight

    def forward(self, letters):
        states, _ = self.rnn(self.embed(letters))
        return self.head(self.norm(states))


def get_batch(size=16, span=24):
    starts = torch.randint(0, len(TEXT) - span - 1, (size,))
    pieces = torch.stack([TEXT[start : start + span + 1] for start in starts])
    return pieces[:, :-1], pieces[:, 1:]


def main(steps=120):
    torch.manual_seed(26)
    model = LetterModel()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    for step in range(1, steps + 1):
        letters, following = get_batch()
        logits = model(letters)
        loss = criterion(logits.flatten(0, 1), following.flatten())  # expect: LOS305
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 40 == 0:
            print(f"step {step}: {loss.item():.3f}")


main()
