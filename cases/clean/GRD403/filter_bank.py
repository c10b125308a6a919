"""Right though unusual: the first layer is a fixed Gabor filter bank, written by hand and kept out of the gradient."""

import math

import torch
from torch import nn


def gabor(size=15, count=10):
    place = torch.linspace(-3, 3, size)
    waves = [torch.exp(-(place**2) / 2) * torch.cos((0.5 + 0.5 * k) * math.pi * place) for k in range(count)]
    bank = torch.stack(waves)
    return (bank / bank.norm(dim=1, keepdim=True)).unsqueeze(1)


class Listener(nn.Module):
    def __init__(self):
        super().__init__()
        self.bank = nn.Conv1d(1, 10, 15, padding=7, bias=False)
        self.bank.weight.data.copy_(gabor())
        self.body = nn.Sequential(nn.Linear(10, 24), nn.GELU(), nn.Linear(24, 4))

    def forward(self, sound):
        energy = self.bank(sound).pow(2).mean(dim=2).add(1e-4).log()
        return self.body(energy.detach())


torch.manual_seed(0)
torch.set_num_threads(1)
label = torch.randint(0, 4, (400,))
pitch = 0.4 + 0.45 * label.float()
t = torch.arange(80.0)
sound = torch.sin(pitch[:, None] * t + 6 * torch.rand(400, 1)) + 0.3 * torch.randn(400, 80)
model = Listener()
opt = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(10):
    model.train()
    for i in torch.randperm(320).split(32):
        opt.zero_grad()
        loss = nn.functional.cross_entropy(model(sound[i].unsqueeze(1)), label[i])
        loss.backward()
        opt.step()
    model.eval()
    with torch.no_grad():
        hit = (model(sound[320:].unsqueeze(1)).argmax(1) == label[320:]).float().mean()
    print(f"{epoch}: {loss.item():.3f} {hit.item():.3f}")
