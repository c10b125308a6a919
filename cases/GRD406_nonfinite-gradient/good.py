"""Similar and different digits, by the distance of their embeddings."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(0)


class Pairs(Dataset):
    """Two digits and whether they show the same number; now and then a digit is drawn twice."""

    def __init__(self, images, numbers, count):
        self.images, self.numbers = images, numbers
        self.pairs = torch.randint(0, len(images), (count, 2))
        self.pairs[::9, 1] = self.pairs[::9, 0]

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        left, right = self.pairs[index].tolist()
        return self.images[left], self.images[right], (self.numbers[left] == self.numbers[right]).float()


digits = load_digits()
images = torch.tensor(digits.data / 16.0, dtype=torch.float32)
loader = DataLoader(Pairs(images, torch.tensor(digits.target), 1024), batch_size=64, shuffle=True)

embed = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8))
optimizer = torch.optim.Adam(embed.parameters(), lr=1e-3)

for epoch in range(5):
    for left, right, same in loader:
        squared = (embed(left) - embed(right)).pow(2).sum(dim=1)
        distance = torch.sqrt(squared + 1e-8)
        loss = (same * distance.pow(2) + (1 - same) * (1.0 - distance).clamp(min=0).pow(2)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: loss {loss.item():.4f}")
