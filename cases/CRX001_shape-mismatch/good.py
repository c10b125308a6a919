"""A CNN on 20 x 20 images of bright spots: left or right half."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class SpotNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 12, 3), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.classifier = nn.Linear(12 * 3 * 3, 2)

    def forward(self, images):
        return self.classifier(self.features(images).flatten(1))


def spots(count):
    column = torch.randint(0, 20, (count,))
    images = 0.1 * torch.randn(count, 1, 20, 20)
    images[torch.arange(count), 0, torch.randint(0, 20, (count,)), column] += 3.0
    return TensorDataset(images, (column >= 10).long())


def main():
    torch.manual_seed(0)
    loader = DataLoader(spots(320), batch_size=32, shuffle=True)
    model, criterion = SpotNet(), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(4):
        for images, half in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), half)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")
    model.eval()
    images, half = spots(100).tensors
    with torch.no_grad():
        print(f"accuracy {(model(images).argmax(1) == half).float().mean():.3f}")


if __name__ == "__main__":
    main()
