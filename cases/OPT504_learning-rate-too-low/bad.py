"""Four textures told apart by a convolutional network with batch normalisation."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def textures(count, generator):
    kind = torch.randint(0, 4, (count,), generator=generator)
    row, column = torch.meshgrid(torch.arange(12.0), torch.arange(12.0), indexing="ij")
    phase = 6.283 * torch.rand(count, 1, 1, generator=generator)
    angle = (kind * 0.785)[:, None, None]
    field = torch.sin(1.3 * (row * torch.cos(angle) + column * torch.sin(angle)) + phase)
    return (field + 0.4 * torch.randn(count, 12, 12, generator=generator)).unsqueeze(1), kind


torch.manual_seed(0)
torch.set_num_threads(1)
generator = torch.Generator().manual_seed(9)
train = DataLoader(TensorDataset(*textures(1024, generator)), batch_size=64, shuffle=True)
valid_images, valid_kinds = textures(256, generator)

model = nn.Sequential(
    nn.Conv2d(1, 16, 3, bias=False),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.Conv2d(16, 32, 3, bias=False),
    nn.BatchNorm2d(32),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(32, 4),
)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=5e-6, momentum=0.9, weight_decay=5e-4)  # expect: OPT504

for epoch in range(6):
    model.train()
    for images, kinds in train:
        loss = loss_fn(model(images), kinds)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracy = (model(valid_images).argmax(1) == valid_kinds).float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
