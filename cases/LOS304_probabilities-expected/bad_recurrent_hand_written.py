"""Which of four rhythms? A GRU whose weights are updated by hand, with a batch drawn at every step."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(4)
rate, momentum = 0.05, 0.9
gru = nn.GRU(1, 20, batch_first=True)
readout = nn.Parameter(torch.randn(20, 4) * 0.2)
offset = nn.Parameter(torch.zeros(4))
weights = [*gru.parameters(), readout, offset]
speeds = [torch.zeros_like(weight) for weight in weights]


def draw(count):
    kind = torch.randint(0, 4, (count,))
    time = torch.arange(16.0)
    beat = torch.sin(time[None] * (0.4 + 0.5 * kind[:, None]) + 6.28 * torch.rand(count, 1))
    return beat.unsqueeze(-1), kind


for step in range(80):
    beats, kind = draw(32)
    states, _ = gru(beats)
    scores = states[:, -1] @ readout + offset
    loss = F.nll_loss(scores, kind)  # expect: LOS304
    gradients = torch.autograd.grad(loss, weights)
    with torch.no_grad():
        for weight, speed, gradient in zip(weights, speeds, gradients, strict=True):
            speed.mul_(momentum).add_(gradient)
            weight.sub_(rate * speed)
    if step % 20 == 0:
        print(step, round(loss.item(), 3))
