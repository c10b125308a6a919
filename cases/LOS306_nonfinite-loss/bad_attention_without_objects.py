"""Which scene is it? Attention over the objects a detector found in a picture, up to eight of them."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset

KINDS, SCENES, MOST = 40, 4, 8


class Scenes(Dataset):
    def __init__(self, count: int, seed: int):
        g = torch.Generator().manual_seed(seed)
        self.scene = torch.randint(SCENES, (count,), generator=g)
        usual = self.scene[:, None] * 10 + torch.randint(10, (count, MOST), generator=g)
        other = torch.randint(KINDS, (count, MOST), generator=g)
        self.objects = torch.where(torch.rand(count, MOST, generator=g) < 0.7, usual, other)
        self.found = torch.rand(count, MOST, generator=g) < 0.5

    def __len__(self):
        return len(self.scene)

    def __getitem__(self, i):
        return dict(objects=self.objects[i], found=self.found[i], scene=self.scene[i])


class AttentionPool(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.query = nn.Parameter(torch.randn(width) / math.sqrt(width))
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)

    def forward(self, tokens, mask):
        scores = self.key(tokens) @ self.query / math.sqrt(tokens.shape[-1])
        scores = scores.masked_fill(~mask, float("-inf"))
        weights = F.softmax(scores, dim=-1)  # expect: LOS306
        return torch.einsum("bn,bnd->bd", weights, self.value(tokens))


class SceneNet(nn.Module):
    def __init__(self, width: int = 32):
        super().__init__()
        self.embed = nn.Embedding(KINDS, width)
        self.pool = AttentionPool(width)
        self.classify = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, SCENES))

    def forward(self, batch):
        return self.classify(self.pool(self.embed(batch["objects"]), batch["found"]))


def evaluate(net, loader):
    net.eval()
    hits, total = 0, 0
    with torch.inference_mode():
        for batch in loader:
            hits += (net(batch).argmax(-1) == batch["scene"]).sum().item()
            total += len(batch["scene"])
    return hits / total


def train():
    torch.manual_seed(9)
    train_loader = DataLoader(Scenes(1280, seed=1), batch_size=64, shuffle=True, drop_last=True)
    test_loader = DataLoader(Scenes(256, seed=2), batch_size=128)
    net = SceneNet()
    optimizer = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=0.01)
    for epoch in range(4):
        net.train()
        for i, batch in enumerate(train_loader):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(batch), batch["scene"])
            loss.backward()
            optimizer.step()
            if i % 10 == 0:
                print(f"{epoch}/{i}: {loss.item():.3f}")
        print(f"{evaluate(net, test_loader):.1%} right")


train()
