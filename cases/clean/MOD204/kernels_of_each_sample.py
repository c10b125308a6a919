"""Each image is filtered by kernels made from itself: the batch is folded into channels and convolved by groups."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
pixels, labels = load_digits(return_X_y=True)
images = torch.tensor(pixels / 16, dtype=torch.float32).view(-1, 1, 8, 8)
data = TensorDataset(images, torch.tensor(labels))
train, test = torch.utils.data.random_split(data, [1400, 397], torch.Generator().manual_seed(0))


class OwnKernels(nn.Module):
    def __init__(self, channels: int, filters: int) -> None:
        super().__init__()
        self.filters = filters
        self.make = nn.Linear(64, filters * 9)
        self.shared = nn.Parameter(0.3 * torch.randn(filters, 1, 3, 3))
        self.head = nn.Linear(filters * 16, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        count = images.shape[0]
        kernels = self.make(images.flatten(1)).view(count * self.filters, 1, 3, 3)
        kernels = self.shared.repeat(count, 1, 1, 1) * (1 + kernels.tanh())
        folded = images.reshape(1, count, 8, 8)  # one image a group
        maps = nn.functional.conv2d(folded, kernels, padding=1, groups=count)
        maps = maps.reshape(count, self.filters, 8, 8).relu()
        return self.head(nn.functional.max_pool2d(maps, 2).flatten(1))


model = OwnKernels(1, 8)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(4):
    for inputs, targets in DataLoader(train, batch_size=64, shuffle=True):
        loss = nn.functional.cross_entropy(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, round(loss.item(), 3))
model.eval()
with torch.no_grad():
    right = sum((model(a).argmax(1) == b).sum().item() for a, b in DataLoader(test, batch_size=100))
print(right / len(test))
