"""A tiny vision model whose patches carry learnt positions, trained by a small class of its own."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Patches(nn.Module):
    def __init__(self, size=8, patch=4, width=16, classes=2):
        super().__init__()
        self.embed = nn.Conv2d(1, width, patch, stride=patch)
        self.positions = nn.Parameter(0.02 * torch.randn((size // patch) ** 2, width)).unsqueeze(0)  # expect: MOD202
        self.mix = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU())
        self.head = nn.Linear(width * (size // patch) ** 2, classes)

    def forward(self, images):
        tokens = self.embed(images).flatten(2).transpose(1, 2) + self.positions
        return self.head((tokens + self.mix(tokens)).flatten(1))


class Runner:
    def __init__(self, model):
        self.model = model
        self.optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)

    def run(self, loader):
        for index, batch in enumerate(loader):
            self.optimiser.zero_grad()
            loss = nn.functional.cross_entropy(self.model(batch[0]), batch[1])
            loss.backward()
            self.optimiser.step()
            if index % 5 == 0:
                print(f"batch {index}: {loss.item():.3f}")


torch.manual_seed(1)
images = torch.randn(384, 1, 8, 8)
labels = (images[:, 0, :4].mean((1, 2)) > images[:, 0, 4:].mean((1, 2))).long()
runner = Runner(Patches())
for epoch in range(3):
    runner.run(DataLoader(TensorDataset(images, labels), batch_size=32, shuffle=True))
