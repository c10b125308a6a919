"""Right though unusual: the vocabulary is collected by a pass over the loader before the model is built."""

import random

import torch
from torch import nn
from torch.utils.data import DataLoader

random.seed(0)
torch.manual_seed(0)
torch.set_num_threads(1)
GOOD, BAD = [f"good{i}" for i in range(40)], [f"bad{i}" for i in range(40)]
texts = []
for number in range(400):
    label = number % 2
    pool = (GOOD if label else BAD)[number % 37 : number % 37 + 4] + ["the", "a"]
    texts.append((" ".join(random.choices(pool, k=6)), label))
random.shuffle(texts)


def as_lists(batch):
    return [text for text, _ in batch], torch.tensor([label for _, label in batch])


train = DataLoader(texts[:320], batch_size=20, shuffle=True, collate_fn=as_lists)
vocabulary = {"<unknown>": 0}
for lines, _ in train:
    for line in lines:
        for word in line.split():
            vocabulary.setdefault(word, len(vocabulary))


def encode(lines):
    return torch.tensor([[vocabulary.get(word, 0) for word in line.split()] for line in lines])


class Bag(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.embed = nn.Embedding(words, 8)
        self.out = nn.Linear(8, 2)

    def forward(self, ids):
        return self.out(self.embed(ids).mean(1))


model = Bag(len(vocabulary))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(8):
    for lines, labels in train:
        loss = nn.functional.cross_entropy(model(encode(lines)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        held_out = model(encode([line for line, _ in texts[320:]])).argmax(1)
    right = sum(int(guess) == label for guess, (_, label) in zip(held_out, texts[320:], strict=True)) / 80
    print(f"epoch {epoch}: {right:.2f}")
