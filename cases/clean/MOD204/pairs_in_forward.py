"""Right though unusual: the forward compares all images of a batch with all captions of it."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Pairs(nn.Module):
    def __init__(self):
        super().__init__()
        self.image, self.caption = nn.Linear(6, 16), nn.Linear(9, 16)
        self.scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, images, captions):
        one, other = F.normalize(self.image(images), dim=1), F.normalize(self.caption(captions), dim=1)
        scores = self.scale.exp() * one @ other.T
        apart = ~torch.eye(len(images), dtype=torch.bool)
        mine = scores.diagonal()[:, None]
        return torch.cat([mine, scores[apart].view(len(images), -1)], 1)


torch.manual_seed(0)
x = torch.randn(512, 6)
y = x @ torch.randn(6, 9)
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True, drop_last=True)
model = Pairs()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(4):
    for inputs, target in loader:
        loss = F.cross_entropy(model(inputs, target), torch.zeros(32, dtype=torch.long))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
