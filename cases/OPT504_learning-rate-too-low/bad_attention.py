"""A character model of a made-up grammar: causal attention, a class that trains, dictionaries of settings."""

import random

import torch
import torch.nn as nn
import torch.nn.functional as F

CONFIG = {"context": 16, "width": 32, "heads": 2, "batch": 16, "rate": 1e-7, "steps": 400, "seed": 11}


def sentences(count, rng):
    nouns, verbs = ["cat", "dog", "bird", "fish"], ["sees", "likes", "hears"]
    return " ".join(f"the {rng.choice(nouns)} {rng.choice(verbs)} a {rng.choice(nouns)}." for _ in range(count))


class Writer(nn.Module):
    def __init__(self, symbols, width, heads, context):
        super().__init__()
        self.symbol = nn.Embedding(symbols, width)
        self.place = nn.Embedding(context, width)
        layer = nn.TransformerEncoderLayer(width, heads, 2 * width, dropout=0.0, batch_first=True, norm_first=True)
        self.block = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.out = nn.Linear(width, symbols)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(context))

    def forward(self, ids):
        h = self.symbol(ids) + self.place(torch.arange(ids.shape[1]))
        return self.out(self.block(h, mask=self.mask, is_causal=True))


class Run:
    def __init__(self, config):
        torch.manual_seed(config["seed"])
        text = sentences(800, random.Random(config["seed"]))
        alphabet = {c: i for i, c in enumerate(sorted(set(text)))}
        self.ids = torch.tensor([alphabet[c] for c in text])
        self.config = config
        self.model = Writer(len(alphabet), config["width"], config["heads"], config["context"])
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=config["rate"])  # expect: OPT504

    def get_batch(self):
        context = self.config["context"]
        starts = torch.randint(len(self.ids) - context - 1, (self.config["batch"],))
        x = torch.stack([self.ids[s : s + context] for s in starts])
        y = torch.stack([self.ids[s + 1 : s + context + 1] for s in starts])
        return x, y

    def __call__(self):
        for step in range(self.config["steps"]):
            x, y = self.get_batch()
            loss = F.cross_entropy(self.model(x).flatten(0, 1), y.flatten())
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            if step % 50 == 0:
                print(f"{step:4d} {loss.item():.3f}")


torch.set_num_threads(1)
Run(CONFIG)()
