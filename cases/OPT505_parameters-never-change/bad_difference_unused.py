"""Which of four directions do the stripes of a patch run in? Two convolutions and an Adagrad with a closure."""

import math

import torch
import torch.nn.functional as F


def stripes(count, generator):
    direction = torch.randint(4, (count,), generator=generator)
    angle = direction * math.pi / 4
    rows, columns = torch.meshgrid(torch.arange(12.0), torch.arange(12.0), indexing="ij")
    along = columns * angle.cos()[:, None, None] + rows * angle.sin()[:, None, None]
    patch = torch.sin(along + 6.28 * torch.rand(count, 1, 1, generator=generator))
    return {"patch": patch.unsqueeze(1), "direction": direction}


class StripeNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.near = torch.nn.Conv2d(1, 8, 3)
        self.far = torch.nn.Conv2d(8, 16, 3, stride=2)
        self.direction = torch.nn.Linear(16, 4)

    def forward(self, patch):
        h = F.relu(self.far(F.relu(self.near(patch))))
        return self.direction(h.amax(dim=(2, 3)))


class Scaled(torch.optim.Optimizer):
    def __init__(self, params, lr, small=1e-6):
        super().__init__(params, {"lr": lr, "small": small})

    def step(self, closure):
        loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                state = self.state[weight]
                state["steps"] = state.get("steps", 0) + 1
                state["squares"] = state.get("squares", 0.0) + weight.grad.square()
                size = state["squares"].sqrt() + group["small"]
                weight.data.sub(group["lr"] * weight.grad / size)
        return loss


def train(net, batches, size):
    generator = torch.Generator().manual_seed(1)
    optimizer = Scaled(net.parameters(), lr=0.02)
    number = 0
    while number < batches:
        batch = stripes(size, generator)

        def closure(batch=batch):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(batch["patch"]), batch["direction"])
            loss.backward()
            return loss

        loss = optimizer.step(closure)  # expect: OPT505
        if number % 20 == 0:
            print(f"batch {number}: {loss.item():.3f}")
        number += 1


torch.manual_seed(0)
net = StripeNet()
train(net, batches=100, size=48)
with torch.no_grad():
    batch = stripes(400, torch.Generator().manual_seed(2))
    print(f"right: {(net(batch['patch']).argmax(1) == batch['direction']).float().mean().item():.3f}")
