"""Pairs of words that share letters, drawn with Python's own random module; the weights have a seed."""

import random

import torch

WORDS = ["stone", "notes", "onset", "river", "drive", "diver", "table", "bleat", "cabin", "bacon"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def spell(word):
    return torch.tensor([float(word.count(letter)) for letter in LETTERS])


def shared(one, other):
    return float(len(set(one) & set(other)))


generator = torch.Generator().manual_seed(11)
weights = (0.1 * torch.randn(26, 6, generator=generator)).requires_grad_()
for turn in range(300):
    pairs = [random.sample(WORDS, 2) for _ in range(12)]
    left = torch.stack([spell(a) for a, _ in pairs]) @ weights
    right = torch.stack([spell(b) for _, b in pairs]) @ weights
    wanted = torch.tensor([shared(a, b) for a, b in pairs])
    loss = torch.nn.functional.mse_loss((left * right).sum(1), wanted)
    loss.backward()
    with torch.no_grad():
        weights -= 0.01 * weights.grad  # expect: REP901
        weights.grad = None
print(f"loss {loss.item():.3f}")
