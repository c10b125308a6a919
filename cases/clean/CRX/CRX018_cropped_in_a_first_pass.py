"""Right though unusual: a first pass over the recordings cuts them all to one length, in place."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Recordings(Dataset):
    def __init__(self, waves, labels):
        self.waves, self.labels = waves, labels

    def __len__(self):
        return len(self.waves)

    def __getitem__(self, i):
        return self.waves[i], self.labels[i]

    def crop(self, i, length):
        self.waves[i] = self.waves[i][:length].clone()


torch.manual_seed(0)
torch.set_num_threads(1)
labels = torch.arange(300) % 2
lengths = torch.randint(40, 80, (300,)).tolist()
waves = [
    torch.sin(torch.arange(n) * (0.3 + 0.5 * c)) + 0.3 * torch.randn(n)
    for n, c in zip(lengths, labels.tolist(), strict=True)
]
data = Recordings(waves, labels)
for i in range(len(data)):
    data.crop(i, 40)

train, test = torch.utils.data.random_split(data, [240, 60])
model = nn.Sequential(
    nn.Unflatten(1, (1, 40)), nn.Conv1d(1, 6, 7), nn.ReLU(), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(6, 2)
)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for wave, label in DataLoader(train, batch_size=24, shuffle=True):
        loss = nn.functional.cross_entropy(model(wave), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = sum((model(wave).argmax(1) == label).sum().item() for wave, label in DataLoader(test, batch_size=60))
    print(epoch, loss.item(), right / 60)
