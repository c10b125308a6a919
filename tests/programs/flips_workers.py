"""Real or flipped digits? A dataset that augments each image in worker processes, behind a main guard."""

import os

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset


class FlippedDigits(Dataset):
    """Each image with a random shift, upside down with even chance; the label says which."""

    def __init__(self, images, train):
        self.images, self.train = images.astype(np.float32) / 8 - 1, train

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = torch.from_numpy(self.images[index])
        flipped = int(torch.rand(()) < 0.5) if self.train else index % 2
        if self.train:
            image = torch.roll(image, shifts=int(torch.randint(-1, 2, ())), dims=1)
        return (image.flip(0) if flipped else image).unsqueeze(0), float(flipped)


def collate(samples):
    images, labels = zip(*samples, strict=True)
    return torch.stack(images), torch.tensor(labels)


def make_loader(images, train):
    return DataLoader(
        FlippedDigits(images, train),
        batch_size=64,
        shuffle=train,
        num_workers=2,
        collate_fn=collate,
        persistent_workers=True,
    )


def main():
    torch.manual_seed(21)
    images = load_digits().images
    keep = np.isin(load_digits().target, [1, 2, 3, 4, 5, 6, 7, 9])
    images = images[keep]
    train_loader, valid_loader = make_loader(images[:1100], True), make_loader(images[1100:], False)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 32), nn.ReLU(),
        nn.Linear(32, 1), nn.Flatten(0),
    )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    criterion = nn.BCEWithLogitsLoss()
    os.makedirs("flips", exist_ok=True)
    for epoch in range(12):
        model.train()
        for image, label in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(image), label)
            loss.backward()
            optimizer.step()
        model.eval()
        hits = seen = 0
        with torch.no_grad():
            for image, label in valid_loader:
                hits += ((model(image) > 0) == label.bool()).sum().item()
                seen += len(label)
        print(f"epoch {epoch}: loss {loss.item():.4f}, upside-down told with accuracy {hits / seen:.3f}")
        torch.save(model.state_dict(), f"flips/epoch{epoch:02d}.pt")
    print(f"done: {hits} of {seen} orientations right")


if __name__ == "__main__":
    main()
