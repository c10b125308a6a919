"""A convolution in front of a linear head tells horizontal from vertical bars."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Bars(Dataset):
    def __init__(self, count):
        generator = torch.Generator().manual_seed(3)
        self.images = 0.3 * torch.randn(count, 1, 10, 10, generator=generator)
        self.kinds = torch.arange(count) % 2
        for image, kind in zip(self.images, self.kinds):
            place = int(torch.randint(2, 8, (1,), generator=generator))
            image[0, place if kind else slice(None), slice(None) if kind else place] += 1.0

    def __len__(self):
        return len(self.kinds)

    def __getitem__(self, index):
        return {"image": self.images[index], "kind": self.kinds[index]}


class BarNet(nn.Module):
    def __init__(self, channels=12):
        super().__init__()
        self.conv = nn.Conv2d(1, channels, 5, bias=False)
        self.conv.weight = nn.Parameter(torch.full((channels, 1, 5, 5), 0.04))  # expect: MOD210
        self.head = nn.Linear(channels, 2)
        with torch.no_grad():
            self.head.weight.copy_(self.head.weight[:, :1].expand(-1, channels))

    def forward(self, image):
        features = torch.relu(self.conv(image)).amax(dim=(2, 3))
        return self.head(features)


torch.manual_seed(0)
net = BarNet()
optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2)
criterion = nn.CrossEntropyLoss()
for epoch in range(5):
    total = 0.0
    for step, batch in enumerate(DataLoader(Bars(320), batch_size=32, shuffle=True)):
        optimizer.zero_grad()
        loss = criterion(net(batch["image"]), batch["kind"])
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}: {total / (step + 1):.3f}")
