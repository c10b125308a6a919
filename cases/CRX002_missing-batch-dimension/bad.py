"""Bars or crosses in 16 x 16 images; the untrained model is tried on one image first."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Shapes(Dataset):
    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        self.cross = torch.randint(0, 2, (count,), generator=generator)
        self.images = 0.3 * torch.randn(count, 1, 16, 16, generator=generator)
        self.images[:, :, 8, :] += 1.0
        self.images[:, :, :, 8] += self.cross[:, None, None]

    def __len__(self):
        return len(self.cross)

    def __getitem__(self, index):
        return self.images[index], self.cross[index]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, kernel_size=3)
        self.fc = nn.Linear(8 * 7 * 7, 2)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv(x)), 2)
        return self.fc(x.flatten(1))  # expect: CRX002


torch.manual_seed(0)
dataset = Shapes(400, seed=0)
model = Net()
image, cross = dataset[0]
print("before training:", model(image).softmax(dim=-1).tolist(), "should be", int(cross))

optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(3):
    for images, crosses in DataLoader(dataset, batch_size=40, shuffle=True):
        loss = nn.functional.cross_entropy(model(images), crosses)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: loss {loss.item():.3f}")

model.eval()
with torch.no_grad():
    images, crosses = next(iter(DataLoader(Shapes(100, seed=1), batch_size=100)))
    print(f"accuracy {(model(images).argmax(1) == crosses).float().mean():.3f}")
