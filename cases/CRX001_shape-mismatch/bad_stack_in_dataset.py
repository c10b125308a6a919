"""Two crops of each series, stacked by the data set itself."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Crops(Dataset):
    def __init__(self, series):
        self.series = series

    def __len__(self):
        return len(self.series)

    def __getitem__(self, i):
        wave = self.series[i]
        return torch.stack([wave[:16], wave[16:]])  # expect: CRX001


torch.manual_seed(0)
loader = DataLoader(Crops([torch.randn(31) for _ in range(96)]), batch_size=16)
model = nn.Linear(16, 4)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for crops in loader:
    first, second = model(crops[:, 0]), model(crops[:, 1])
    loss = nn.functional.cross_entropy(first @ second.T, torch.arange(len(crops)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
