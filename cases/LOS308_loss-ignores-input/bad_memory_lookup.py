"""Looks each query up in a small learnt memory, and tells its class by what is read from it."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

SLOTS, WIDTH, CLASSES = 24, 16, 6
generator = torch.Generator().manual_seed(21)
torch.manual_seed(21)
centres = 2.5 * torch.randn(CLASSES, 9, generator=generator)


def draw(count):
    kind = torch.randint(0, CLASSES, (count,), generator=generator)
    return {"query": centres[kind] + 0.6 * torch.randn(count, 9, generator=generator), "kind": kind}


class Memory(nn.Module):
    def __init__(self):
        super().__init__()
        self.ask = nn.Sequential(nn.Linear(9, 32), nn.GELU(), nn.Linear(32, WIDTH))
        self.keys = nn.Parameter(torch.randn(SLOTS, WIDTH) / WIDTH**0.5)
        self.values = nn.Parameter(torch.randn(SLOTS, WIDTH))
        self.classify = nn.Sequential(nn.Linear(WIDTH, 32), nn.GELU(), nn.Linear(32, CLASSES))

    def forward(self, query):
        asked = self.ask(query).unsqueeze(1)
        match = (asked * self.keys).sum(dim=2, keepdim=True)
        share = torch.softmax(match, dim=-1)
        return self.classify((share * self.values).sum(dim=1))


memory = Memory()
sgd = torch.optim.SGD(memory.parameters(), lr=0.05, momentum=0.9)
step = 0
while step < 400:
    batch = draw(48)
    logits = memory(query=batch["query"])  # expect: LOS308
    loss = cross_entropy(logits, batch["kind"])
    sgd.zero_grad(set_to_none=True)
    loss.backward()
    sgd.step()
    if step % 50 == 0:
        share = (logits.argmax(1) == batch["kind"]).float().mean()
        print(step, round(loss.item(), 4), round(share.item(), 3))
    step += 1
