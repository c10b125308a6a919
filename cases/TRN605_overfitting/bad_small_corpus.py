"""Friendly or not? Short reviews as word numbers, a small corpus, some of its labels wrong."""

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, random_split

WORDS, LENGTH = 300, 18


def reviews(amount):
    """Of each word it is known how friendly it is; readers do not always agree."""
    mood = torch.randn(WORDS)
    texts = torch.randint(WORDS, (amount, LENGTH))
    score = mood[texts].sum(1) / LENGTH**0.5
    friendly = torch.where(torch.rand(amount) < 0.15, -score, score) > 0
    return list(zip(texts, friendly.float()))


def start(width):
    weights = {
        "words": 0.5 * torch.randn(WORDS, width),
        "inner": torch.randn(width, width) / width**0.5,
        "shift": torch.zeros(width),
        "out": torch.randn(width) / width**0.5,
    }
    return {name: weight.requires_grad_() for name, weight in weights.items()}


def score(weights, texts):
    mean = F.embedding(texts, weights["words"]).mean(1)
    return F.gelu(mean @ weights["inner"] + weights["shift"]) @ weights["out"]


def evaluate(weights, loader):
    with torch.no_grad():
        losses = [F.binary_cross_entropy_with_logits(score(weights, texts), labels) for texts, labels in loader]
    return torch.stack(losses).mean().item()


torch.manual_seed(19)
train, valid = random_split(reviews(1000), [600, 400])
train_batches = DataLoader(train, batch_size=30, shuffle=True)
valid_batches = DataLoader(valid, batch_size=200)
weights = start(64)
adam = torch.optim.Adam(list(weights.values()), lr=1e-2)
epoch = 0
while epoch < 25:
    for texts, labels in train_batches:  # expect: TRN605
        loss = F.binary_cross_entropy_with_logits(score(weights, texts), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
    epoch += 1
    print(f"{epoch}: {loss.item():.4f} {evaluate(weights, valid_batches):.4f}")
