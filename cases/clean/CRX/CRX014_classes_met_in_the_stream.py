"""Right though unusual: the head gets a row for each class that it meets in a stream; the released one has all classes."""

import sys

import torch
from torch import nn

CLASSES = ("ash", "birch", "cedar", "elm", "fir", "oak")


class OpenHead(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.names = []
        self.weight = nn.Parameter(torch.empty(0, width))

    def index(self, name):
        if name not in self.names:
            self.names.append(name)
            row = torch.zeros(1, self.weight.shape[1])
            self.weight = nn.Parameter(torch.cat([self.weight.detach(), row]))
        return self.names.index(name)

    def forward(self, x):
        return x @ self.weight.t()


def stream(count):
    """Leaves, species by species at first, then mixed."""
    centres = torch.randn(len(CLASSES), 8) * 2
    for i in range(count):
        kind = min(i // 20, 5) if i < 120 else int(torch.randint(6, ()))
        yield centres[kind] + torch.randn(8), CLASSES[kind]


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    head, right = OpenHead(8), 0
    for x, name in stream(400):
        target = torch.tensor([head.index(name)])
        scores = head(x[None])
        right += int(scores.argmax()) == target.item()
        head.weight.grad = None
        nn.functional.cross_entropy(scores, target).backward()
        torch.optim.SGD([head.weight], lr=0.05).step()
    print("right", right)
    released = nn.Linear(8, len(CLASSES), bias=False)
    released.load_state_dict(head.state_dict())
    return released


if __name__ == "__main__":
    sys.exit(0 if main().weight.isfinite().all() else 1)
