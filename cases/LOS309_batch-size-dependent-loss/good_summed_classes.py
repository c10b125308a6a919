"""Digits in a class that trains itself; batches are dictionaries."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset


class Digits(Dataset):
    def __init__(self):
        digits = load_digits()
        self.images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
        self.labels = torch.tensor(digits.target)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return {"image": self.images[index], "label": self.labels[index]}


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolve = nn.Conv2d(1, 8, 3)
        self.classify = nn.Linear(8 * 36, 10)

    def forward(self, image):
        return self.classify(F.relu(self.convolve(image)).flatten(1))

    def loss(self, batch):
        return F.cross_entropy(self(batch["image"]), batch["label"])

    def fit(self, loader, epochs, rate):
        optimizer = torch.optim.SGD(self.parameters(), lr=rate, momentum=0.9)
        for epoch in range(epochs):
            for batch in loader:
                optimizer.zero_grad()
                loss = self.loss(batch)
                loss.backward()
                optimizer.step()
            print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    torch.manual_seed(4)
    Classifier().fit(DataLoader(Digits(), batch_size=50, shuffle=True), epochs=4, rate=5e-2)
