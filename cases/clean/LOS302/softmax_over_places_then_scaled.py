"""Right though unusual: each class's map is softmaxed over places; its share at the marked place, scaled by a learnt
factor, is the logit.
"""

import torch
import torch.nn.functional as F
from torch import nn, optim


class WhoIsThere(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.maps = nn.Sequential(nn.Conv1d(3, 24, 5, padding=2), nn.ReLU(), nn.Conv1d(24, classes, 5, padding=2))
        self.sharpness = nn.Parameter(torch.tensor(10.0))

    def forward(self, signal):
        share = F.softmax(self.maps(signal), dim=2)
        return (share * self.sharpness).transpose(1, 2)


def make(n):
    signal = 0.3 * torch.randn(n, 3, 10)
    place = torch.randint(0, 10, (n,))
    kind = torch.randint(0, 3, (n,))
    signal[torch.arange(n), kind, place] += 2
    return signal, place, kind


torch.set_num_threads(1)
torch.manual_seed(9)
signal, place, kind = make(800)
net = WhoIsThere(3)
opt = optim.Adam(net.parameters(), lr=5e-3)
for epoch in range(6):
    for rows in torch.randperm(640).split(32):
        opt.zero_grad()
        logits = net(signal[rows])[torch.arange(len(rows)), place[rows]]
        loss = F.cross_entropy(logits, kind[rows])
        loss.backward()
        opt.step()
    with torch.no_grad():
        logits = net(signal[640:])[torch.arange(160), place[640:]]
        print(epoch, round(loss.item(), 3), (logits.argmax(1) == kind[640:]).float().mean().item())
