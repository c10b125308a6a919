"""Handwritten digits: a small convolutional network."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset, random_split


class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 2 * 2, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(x.flatten(1))


def train(model, loader, optimizer, epoch):
    model.train()
    for batch, (image, digit) in enumerate(loader):
        optimizer.zero_grad()
        output = model(image)
        loss = F.nll_loss(output, digit)  # expect: LOS304
        loss.backward()
        optimizer.step()
        if batch % 10 == 0:
            print(f"epoch {epoch} batch {batch}: {loss.item():.4f}")


def test(model, loader):
    model.eval()
    correct = 0
    with torch.no_grad():
        for image, digit in loader:
            correct += (model(image).argmax(dim=1) == digit).sum().item()
    print(f"accuracy {correct / len(loader.dataset):.3f}")


def main():
    torch.manual_seed(1)
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16 - 0.3
    data = TensorDataset(images, torch.tensor(digits.target))
    train_set, test_set = random_split(data, [1500, 297])
    train_loader = DataLoader(train_set, batch_size=50, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=99)
    model = DigitNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for epoch in range(1, 4):
        train(model, train_loader, optimizer, epoch)
        test(model, test_loader)


if __name__ == "__main__":
    main()
