"""Marks the bright blob in small images: one mask channel, pixel by pixel."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)
torch.set_num_threads(1)
images = 0.3 * torch.randn(200, 1, 10, 10)
masks = torch.zeros(200, 10, 10)
for i, (row, column) in enumerate(torch.randint(0, 7, (200, 2)).tolist()):
    images[i, 0, row : row + 3, column : column + 3] += 1.5
    masks[i, row : row + 3, column : column + 3] = 1.0
net = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 1, 3, padding=1))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
for epoch in range(3):
    for image, mask in DataLoader(TensorDataset(images, masks), batch_size=20, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(net(image), mask.unsqueeze(1))  # expect: MOD206
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
