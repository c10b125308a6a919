"""Right though unusual: clips are taken apart into frames, which hand a part of their channels to the next frame."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Shifted(nn.Module):
    def __init__(self, frames=8):
        super().__init__()
        self.frames = frames
        self.one, self.two = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.head = nn.Linear(8, 2)

    def forward(self, clips):
        x = torch.relu(self.one(clips.view(-1, 1, 6, 6)))
        x = x.view(-1, self.frames, 8, 6, 6)
        x = torch.cat([x[:, :, :6], x[:, :, 6:].roll(1, 1)], 2).view(-1, 8, 6, 6)
        x = torch.relu(self.two(x)).mean((2, 3))
        return self.head(x).view(-1, self.frames, 2).mean(1)


torch.manual_seed(0)
clips = torch.randn(256, 8, 1, 6, 6)
labels = (clips[:, 1:] * clips[:, :-1]).sum((1, 2, 3, 4)).gt(0).long()
loader = DataLoader(TensorDataset(clips, labels), batch_size=16, shuffle=True)
model = Shifted()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(4):
    for inputs, target in loader:
        loss = F.cross_entropy(model(inputs), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
