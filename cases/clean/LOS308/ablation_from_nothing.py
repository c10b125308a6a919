"""Which of two sources helps? Both, either and none are tried; one tower each, switched by a factor of 0 or 1."""

import itertools

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
picture = torch.randn(500, 12)
words = torch.randn(500, 8)
labels = ((picture[:, 0] > 0).long() + (words[:, 0] > 0).long()).clamp(max=2)


class TwoTowers(nn.Module):
    def __init__(self, use_picture: float, use_words: float) -> None:
        super().__init__()
        self.picture = nn.Sequential(nn.Linear(12, 24), nn.ReLU(), nn.Linear(24, 16))
        self.words = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 16))
        self.head = nn.Linear(32, 3)
        self.register_buffer("use", torch.tensor([use_picture, use_words]))

    def forward(self, picture: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        seen = torch.cat([self.use[0] * self.picture(picture), self.use[1] * self.words(words)], dim=1)
        return self.head(seen)


def train(use_picture: float, use_words: float) -> float:
    torch.manual_seed(1)
    model = TwoTowers(use_picture, use_words)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _epoch in range(10):
        for rows in torch.randperm(400).split(40):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(picture[rows], words[rows]), labels[rows])
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return (model(picture[400:], words[400:]).argmax(1) == labels[400:]).float().mean().item()


for switches in itertools.product((0.0, 1.0), repeat=2):
    print(switches, f"{train(*switches):.2f}")
