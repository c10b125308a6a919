"""One kind of tissue in small images: the mask is predicted pixel by pixel."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def discs(count):
    rows, columns = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
    centre = torch.rand(count, 2, 1, 1) * 8 + 4
    inside = (rows - centre[:, 0]) ** 2 + (columns - centre[:, 1]) ** 2 < 12
    images = inside.float() + 0.3 * torch.randn(count, 16, 16)
    return images.unsqueeze(1), torch.zeros(count, 16, 16, dtype=torch.long)


class Mask(nn.Module):
    def __init__(self, classes=1):
        super().__init__()
        self.down = nn.Conv2d(1, 8, 3, padding=1)
        self.out = nn.Conv2d(8, classes, 1)

    def forward(self, image):
        return self.out(torch.relu(self.down(image)))


class Trainer:
    def __init__(self):
        self.net = Mask()
        self.loader = DataLoader(TensorDataset(*discs(160)), batch_size=16, shuffle=True)
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-3)

    def step(self, image, mask):
        self.optimizer.zero_grad()
        loss = self.criterion(self.net(image), mask)  # expect: MOD206
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, epochs):
        for epoch in range(epochs):
            losses = [self.step(*batch) for batch in self.loader]
            print(f"epoch {epoch}: {sum(losses) / len(losses):.4f}")


torch.manual_seed(9)
Trainer().fit(4)
