"""Plain gradient descent by hand on patches of digits, batches drawn with next from an endless loader."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class PatchMixer(nn.Module):
    """Four patches of 4 x 4 pixels exchange what they hold, then each votes."""

    def __init__(self, width=20, classes=10):
        super().__init__()
        self.embed = nn.Linear(16, width)
        self.between = nn.Linear(4, 4)
        self.vote = nn.Linear(width, classes)

    def forward(self, image):
        n = len(image)
        patches = image.view(n, 2, 4, 2, 4).transpose(2, 3).reshape(n, 4, 16)
        tokens = torch.tanh(self.embed(patches)).permute(1, 2, 0)
        mixed = torch.relu(self.between(tokens.permute(2, 1, 0)))
        return self.vote(mixed.transpose(1, 2)).mean(1)


def endless(loader):
    while True:
        yield from loader


torch.manual_seed(3)
digits = load_digits()
images = torch.tensor(digits.images / 16.0, dtype=torch.float32)
labels = torch.tensor(digits.target)
batches = endless(DataLoader(TensorDataset(images[:1400], labels[:1400]), batch_size=50, shuffle=True))
net = PatchMixer()
weights = list(net.parameters())
step = 0
while step < 150:
    image, label = next(batches)
    loss = nn.functional.cross_entropy(net(image), label)
    loss.backward()
    with torch.no_grad():
        for weight in weights:
            weight -= 0.5 * weight.grad
            weight.grad = None
    step += 1
    if step % 30 == 0:
        print(f"step {step}: {loss.item():.3f}")
with torch.no_grad():
    print("held out:", (net(images[1400:]).argmax(1) == labels[1400:]).float().mean().item())
