"""A small transformer on the descriptions of six data sets: tied embeddings, warm-up by hand, a trainer that counts."""

import math
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from sklearn import datasets
from torch import Tensor, nn


@dataclass
class Config:
    context: int = 48
    batch: int = 16
    width: int = 96
    heads: int = 4
    layers: int = 2
    peak_lr: float = 2e-3
    warmup: int = 60
    max_steps: int = 900
    eval_every: int = 150
    out: Path = Path("letters")


class LanguageModel(nn.Module):
    def __init__(self, vocabulary: int, c: Config):
        super().__init__()
        self.token = nn.Embedding(vocabulary, c.width)
        self.position = nn.Embedding(c.context, c.width)
        block = nn.TransformerEncoderLayer(
            c.width, c.heads, 4 * c.width, dropout=0.1, activation="gelu", batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(block, c.layers, norm=nn.LayerNorm(c.width), enable_nested_tensor=False)
        self.lm_head = nn.Linear(c.width, vocabulary, bias=False)
        for table in (self.token, self.position):
            nn.init.normal_(table.weight, std=0.02)
        self.lm_head.weight = self.token.weight
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(c.context), persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        """ids (B, T) -> logits (B, T, vocabulary)"""
        t = ids.shape[1]
        h = self.token(ids) + self.position(torch.arange(t, device=ids.device))
        return self.lm_head(self.blocks(h, mask=self.mask[:t, :t], is_causal=True))


class Trainer:
    def __init__(self, config: Config):
        self.config = config
        loaders = ("iris", "wine", "breast_cancer", "diabetes", "digits", "linnerud")
        text = "\n".join(getattr(datasets, f"load_{name}")().DESCR for name in loaders)
        letters = sorted(set(text))
        ids = torch.tensor([letters.index(letter) for letter in text])
        cut = int(0.9 * len(ids))
        self.parts = {"train": ids[:cut], "valid": ids[cut:]}
        self.model = LanguageModel(len(letters), config)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), betas=(0.9, 0.98), weight_decay=0.1)
        self.step = 0

    def lr(self, it: int) -> float:
        c = self.config
        if it < c.warmup:
            return c.peak_lr * it / c.warmup
        return 0.5 * c.peak_lr * (1.05 + 0.95 * math.cos(math.pi * (it - c.warmup) / (c.max_steps - c.warmup)))

    def batch(self, part: str) -> tuple[Tensor, Tensor]:
        data, length = self.parts[part], self.config.context
        starts = torch.randint(0, len(data) - length, (self.config.batch, 1))
        window = data[starts + torch.arange(length + 1)]
        return window[:, :-1], window[:, 1:]

    def loss(self, part: str) -> Tensor:
        ids, following = self.batch(part)
        return F.cross_entropy(self.model(ids).flatten(0, 1), following.flatten())

    def validate(self, batches: int = 20) -> float:
        self.model.eval()
        with torch.no_grad():
            mean = sum(self.loss("valid").item() for _ in range(batches)) / batches
        self.model.train()
        return mean

    def run(self) -> float:
        self.config.out.mkdir(exist_ok=True)
        while self.step < self.config.max_steps:
            for group in self.optimizer.param_groups:
                group["lr"] = self.lr(self.step)
            self.optimizer.zero_grad()
            loss = self.loss("train")
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.step += 1
            if self.step % self.config.eval_every == 0:
                print(f"step {self.step}: train {loss.item():.3f}, valid {self.validate():.3f}")
                torch.save({"step": self.step, "model": self.model.state_dict()}, self.config.out / "model.pt")
        return self.validate(50)


if __name__ == "__main__":
    torch.manual_seed(314)
    print(f"done: {Trainer(Config()).run() / math.log(2):.2f} bits a letter")
