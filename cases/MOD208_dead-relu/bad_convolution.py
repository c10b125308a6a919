"""Bright or dark textures: a convolution whose images have the wrong sign for its filters."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
kinds = torch.arange(320) % 2
textures = torch.rand(320, 1, 8, 8) + kinds[:, None, None, None]


class Texture(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 3, padding=1)
        with torch.no_grad():
            self.conv.weight.abs_().neg_()
            self.conv.bias.sub_(0.5)
        self.norm = nn.BatchNorm1d(16)
        self.head = nn.Linear(16, 2)

    def forward(self, image):
        features = self.conv(image).relu().mean(dim=(2, 3))  # expect: MOD208
        return self.head(self.norm(features))


model = Texture()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(4):
    model.train()
    for index, batch in enumerate(DataLoader(TensorDataset(textures, kinds), batch_size=32, shuffle=True)):
        image, kind = batch
        loss = nn.functional.cross_entropy(model(image), kind)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
