"""Blood pressure from small gray pictures of pulse curves; plain functions and a loop over iterations."""

import math

import torch

torch.manual_seed(3)


def make_pictures(n):
    """Curves drawn as rows of bytes, and the phase and rate they were drawn with."""
    rate = 1 + 2 * torch.rand(n, 1)
    phase = math.pi * torch.rand(n, 1)
    time = torch.linspace(0, 2 * math.pi, 48)
    curve = 0.5 + 0.4 * torch.sin(rate * time + phase) + 0.02 * torch.randn(n, 48)
    pictures = (255 * curve.clamp(0, 1)).to(torch.uint8)
    return pictures.float() / 255, torch.cat([rate - 2, phase - math.pi / 2], dim=1)


def get_batch(pictures, answers, size):
    index = torch.randint(len(pictures), (size,))
    return pictures[index] / 255, answers[index]


def build(width):
    return torch.nn.Sequential(
        torch.nn.Linear(48, width),
        torch.nn.ReLU(),
        torch.nn.Linear(width, width),
        torch.nn.ReLU(),
        torch.nn.Linear(width, 2),
    )


pictures, answers = make_pictures(800)
held_out, held_out_answers = make_pictures(200)
net = build(128)
opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)

iteration = 0
while iteration < 1500:
    x, y = get_batch(pictures, answers, 32)
    prediction = net(x)  # expect: DAT102
    loss = torch.nn.functional.mse_loss(prediction, y)
    opt.zero_grad(set_to_none=True)
    loss.backward()
    opt.step()
    iteration += 1
    if iteration % 250 == 0:
        with torch.no_grad():
            error = torch.nn.functional.mse_loss(net(held_out / 255), held_out_answers)
        print(iteration, round(loss.item(), 4), round(error.item(), 4))
