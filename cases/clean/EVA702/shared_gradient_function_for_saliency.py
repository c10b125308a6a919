"""Right though unusual: one function makes gradients for training and, in eval mode, for maps of importance."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
images = torch.randn(360, 1, 8, 8)
labels = torch.randint(0, 2, (360,))
images[labels == 1, :, 2:5, 2:5] += 1.0
net = nn.Sequential(
    nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(8 * 36, 2)
)
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)


def gradients(inputs, targets):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(net(inputs), targets)
    loss.backward()
    return loss.item()


def train_epoch():
    net.train()
    for rows in torch.randperm(300).split(30):
        value = gradients(images[rows], labels[rows])
        optimizer.step()
    return value


def importance(inputs, targets):
    net.eval()
    inputs = inputs.clone().requires_grad_(True)
    gradients(inputs, targets)
    return inputs.grad.abs().mean((0, 1))


for epoch in range(4):
    value = train_epoch()
    net.eval()
    with torch.no_grad():
        accuracy = (net(images[300:]).argmax(1) == labels[300:]).float().mean()
    heat = importance(images[300:], labels[300:])
    optimizer.zero_grad()
    print(f"{epoch}: {value:.3f} {accuracy:.2f} inside {heat[2:5, 2:5].mean():.1e} outside {heat[6:, 6:].mean():.1e}")
