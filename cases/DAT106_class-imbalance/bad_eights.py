"""Which of the handwritten digits are eights? Images, and a momentum step of its own."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader


def together(samples):
    images, eights = zip(*samples, strict=True)
    return {"image": torch.stack(images).unsqueeze(1) / 16, "eight": torch.stack(eights).unsqueeze(1)}


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.look = nn.Conv2d(1, 8, 3, padding=1)
        self.decide = nn.Linear(8 * 16, 1)

    def forward(self, image):
        maps = nn.functional.avg_pool2d(nn.functional.leaky_relu(self.look(image)), 2)
        return torch.sigmoid(self.decide(maps.flatten(1)))


@torch.no_grad()
def descend(parameters, speeds, rate, momentum=0.9):
    for parameter, speed in zip(parameters, speeds, strict=True):
        speed.mul_(momentum).add_(parameter.grad)
        parameter.sub_(rate * speed)
        parameter.grad = None


def main():
    torch.manual_seed(13)
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32)
    eights = torch.tensor(digits.target == 8).float()
    pairs = list(zip(images, eights, strict=True))
    loader = DataLoader(pairs[:1400], batch_size=50, shuffle=True, collate_fn=together)
    detector = Detector()
    parameters = list(detector.parameters())
    speeds = [torch.zeros_like(parameter) for parameter in parameters]
    for epoch in range(4):
        total = 0.0
        for batch in loader:  # expect: DAT106
            loss = nn.functional.binary_cross_entropy(detector(batch["image"]), batch["eight"])
            loss.backward()
            descend(parameters, speeds, rate=0.05)
            total += loss.item()
        with torch.no_grad():
            unseen = together(pairs[1400:])
            right = (detector(unseen["image"]) > 0.5) == unseen["eight"].bool()
        print(epoch, total / len(loader), right.float().mean().item())


if __name__ == "__main__":
    main()
