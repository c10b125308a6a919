"""Two answers from one body, each with its own loss, and plain gradient descent written out."""

import torch
import torch.nn.functional as F


def make(count, generator):
    place = 4 * torch.rand(count, 2, generator=generator) - 2
    height = torch.sin(place[:, 0]) * place[:, 1]
    return place, height, (height > 0).long()


def start(generator):
    shapes = {"body": (2, 32), "bias": (32,), "height": (32, 1), "side": (32, 2)}
    return {
        name: (torch.randn(shape, generator=generator) * shape[0] ** -0.5).requires_grad_()
        for name, shape in shapes.items()
    }


def both(weights, place):
    hidden = torch.tanh(place @ weights["body"] + weights["bias"])
    return (hidden @ weights["height"]).squeeze(1), hidden @ weights["side"]


def update(weights, rate):
    with torch.no_grad():
        for weight in weights.values():
            weight -= rate * weight.grad
            weight.grad = None


def main():
    generator = torch.Generator().manual_seed(9)
    place, height, side = make(600, generator)
    weights = start(generator)
    importance = torch.tensor([1.0, 0.5])
    for epoch in range(5):
        for rows in torch.randperm(600, generator=generator).split(30):
            level, scores = both(weights, place[rows])
            losses = torch.stack([F.huber_loss(level, height[rows]), F.cross_entropy(scores, side[rows])])
            torch.autograd.backward(importance * losses)  # expect: CRX004
            update(weights, 0.1)
        print(epoch, losses.tolist())


if __name__ == "__main__":
    main()
