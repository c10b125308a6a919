"""Sorting numbers with attention; settings are globals that a config file, run by exec, overrides.

python train.py config/small.py --epochs=12
"""

import os
import sys
from ast import literal_eval

import torch
from torch import nn

# Defaults; everything here can be set by the config file or as --key=value.
vocabulary = 8
length = 6
width = 32
heads = 2
depth = 1
epochs = 30
batches_per_epoch = 40
batch_size = 64
learning_rate = 1e-3
out_dir = "out"
seed = 4
config_keys = [k for k, v in globals().items() if not k.startswith("_") and isinstance(v, (int, float, str))]
for argument in sys.argv[1:]:
    if argument.startswith("--"):
        key, value = argument[2:].split("=")
        if key not in config_keys:
            raise ValueError(f"unknown setting {key}")
        try:
            globals()[key] = literal_eval(value)
        except (SyntaxError, ValueError):
            globals()[key] = value
    else:
        with open(argument) as file:
            exec(file.read())
config = {key: globals()[key] for key in config_keys}


class Sorter(nn.Module):
    def __init__(self):
        super().__init__()
        self.token = nn.Embedding(vocabulary, width)
        self.position = nn.Parameter(0.02 * torch.randn(length, width))
        layer = nn.TransformerEncoderLayer(width, heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, numbers):  # (batch, length) -> (batch, length, vocabulary)
        return self.head(self.encoder(self.token(numbers) + self.position))


torch.manual_seed(seed)
os.makedirs(out_dir, exist_ok=True)
model = Sorter()
optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)
for epoch in range(epochs):
    model.train()
    for _ in range(batches_per_epoch):
        numbers = torch.randint(vocabulary, (batch_size, length))
        logits = model(numbers)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), numbers.sort(dim=1).values.flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        numbers = torch.randint(vocabulary, (256, length))
        right = (model(numbers).argmax(-1) == numbers.sort(dim=1).values).all(dim=1).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, {right:.1%} of lists sorted")
torch.save({"model": model.state_dict(), "config": config}, os.path.join(out_dir, "sorter.pt"))
print(f"done: config {out_dir}, {right:.1%} sorted")
