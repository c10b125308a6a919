"""A state that is carried by hand through readings of a sensor, one step after the other."""

import math

import torch
from torch import nn

torch.manual_seed(3)
KINDS, STEPS, WIDTH = 4, 24, 64


class Carrier(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter = nn.Parameter(torch.randn(KINDS, WIDTH) / math.sqrt(KINDS))
        self.carry = nn.Parameter(torch.randn(WIDTH, WIDTH) / math.sqrt(WIDTH) * 2.2)
        self.offset = nn.Parameter(torch.zeros(WIDTH))
        self.leave = nn.Linear(WIDTH, KINDS)

    def forward(self, batch):
        readings = batch["readings"]
        state = readings.new_zeros(len(readings), WIDTH)
        for moment in readings.unbind(1):
            state = torch.tanh(moment @ self.enter + state @ self.carry + self.offset)
        return {"scores": self.leave(state)}


def draw(size, generator=torch.Generator().manual_seed(1)):
    kind = torch.randint(KINDS, (size,), generator=generator)
    readings = 0.1 * torch.randn(size, STEPS, KINDS, generator=generator)
    readings[torch.arange(size), 0, kind] += 1
    return {"readings": readings, "kind": kind}


carrier = Carrier()
descent = torch.optim.SGD(carrier.parameters(), lr=0.1, momentum=0.9)
updates = 0
batches = [draw(48) for _ in range(40)]
while updates < 200:
    batch = batches[updates % len(batches)]
    descent.zero_grad()
    error = nn.functional.cross_entropy(carrier(batch)["scores"], batch["kind"])
    error.backward()
    descent.step()  # expect: GRD405
    updates += 1
    if updates % 25 == 0:
        print(updates, error.item())
