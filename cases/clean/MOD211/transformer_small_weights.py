"""A small language model: embeddings from N(0, 1), weights of 0.02 as in GPT, layer normalisation before each part."""

import torch
from torch import nn

torch.manual_seed(0)
text = "the quick brown fox jumps over the lazy dog and runs far away from the old brown bear " * 40
letters = sorted(set(text))
data = torch.tensor([letters.index(letter) for letter in text])


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, 4 * width)
        self.outer = nn.Linear(4 * width, width)

    def forward(self, value):
        return value + self.outer(nn.functional.gelu(self.inner(self.norm(value))))


class Model(nn.Module):
    def __init__(self, width=32, context=8):
        super().__init__()
        self.embedding = nn.Embedding(len(letters), width)
        self.mix = nn.Linear(context * width, width)
        self.blocks = nn.Sequential(*[Block(width) for _ in range(6)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, len(letters))
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, context):
        return self.head(self.norm(self.blocks(self.mix(self.embedding(context).flatten(1)))))


model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
for step in range(2000):
    start = torch.randint(len(data) - 9, (32,))
    context = torch.stack([data[s : s + 8] for s in start])
    loss = nn.functional.cross_entropy(model(context), data[start + 8])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 200 == 0:
        print(step, loss.item())
