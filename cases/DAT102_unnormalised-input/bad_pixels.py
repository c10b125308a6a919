"""A small convolutional network on images of digits, eight bits a pixel."""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Digits(Dataset):
    def __init__(self, images, labels):
        self.images = images
        self.labels = labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        image = self.images[index].astype(np.float32)
        return {"image": torch.from_numpy(image)[None], "label": int(self.labels[index])}


class ConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc1 = nn.Linear(32 * 4, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, image):
        x = F.max_pool2d(F.relu(self.conv1(image)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


class Trainer:
    def __init__(self, model, train_loader, val_loader, lr):
        self.model = model
        self.train_loader = train_loader
        self.val_loader = val_loader
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)

    def step(self, batch):
        self.optimizer.zero_grad()
        logits = self.model(batch["image"])  # expect: DAT102
        loss = F.cross_entropy(logits, batch["label"])
        loss.backward()
        self.optimizer.step()
        return loss.item()

    @torch.no_grad()
    def validate(self):
        self.model.eval()
        right = sum((self.model(b["image"]).argmax(1) == b["label"]).sum().item() for b in self.val_loader)
        self.model.train()
        return right / len(self.val_loader.dataset)

    def fit(self, epochs):
        for epoch in range(epochs):
            losses = [0.0]
            for batch in self.train_loader:
                losses.append(self.step(batch))
            print(f"epoch {epoch}: loss {np.mean(losses[1:]):.3f}, accuracy {self.validate():.3f}")


def main():
    torch.manual_seed(1)
    np.random.seed(1)
    digits = load_digits()
    images = np.round(digits.images * (255 / 16)).astype(np.uint8)
    order = np.random.permutation(len(images))
    train, val = order[:1400], order[1400:]
    train_loader = DataLoader(Digits(images[train], digits.target[train]), batch_size=64, shuffle=True)
    val_loader = DataLoader(Digits(images[val], digits.target[val]), batch_size=128)
    Trainer(ConvNet(), train_loader, val_loader, lr=0.02).fit(epochs=10)


if __name__ == "__main__":
    main()
