"""A digit hidden somewhere in a larger picture: a scorer picks the patches, a classifier reads them."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class PatchReader(nn.Module):
    def __init__(self, keep=3, classes=10):
        super().__init__()
        self.keep = keep
        self.scorer = nn.Sequential(nn.Linear(64, 16), nn.Tanh(), nn.Linear(16, 1))
        self.features = nn.Sequential(nn.Linear(64, 64), nn.ReLU())
        self.classify = nn.Linear(64, classes)

    def forward(self, images):
        patches = F.unfold(images, kernel_size=8, stride=8).transpose(1, 2)
        scores = self.scorer(patches).squeeze(-1)
        chosen = scores.topk(self.keep, dim=1).indices  # expect: GRD403
        patches = patches.gather(1, chosen.unsqueeze(-1).expand(-1, -1, 64))
        return self.classify(self.features(patches).amax(dim=1))


def scenes():
    digits = load_digits()
    small = torch.tensor(digits.images, dtype=torch.float32) / 8.0 - 1.0
    large = 0.3 * torch.randn(len(small), 1, 16, 16) - 0.6
    for index, (row, column) in enumerate(torch.randint(0, 2, (len(small), 2)).tolist()):
        large[index, 0, 8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = small[index]
    return TensorDataset(large, torch.tensor(digits.target))


def accuracy(model, loader):
    model.eval()
    with torch.no_grad():
        hits = [(model(images).argmax(1) == target).float().mean() for images, target in loader]
    return torch.stack(hits).mean().item()


def main():
    torch.manual_seed(9)
    train, valid = torch.utils.data.random_split(scenes(), [1500, 297])
    loader = DataLoader(train, batch_size=50, shuffle=True)
    model = PatchReader()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for epoch in range(3):
        model.train()
        for images, target in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), target)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: {loss.item():.3f}, {accuracy(model, DataLoader(valid, batch_size=99)):.3f}")


if __name__ == "__main__":
    main()
