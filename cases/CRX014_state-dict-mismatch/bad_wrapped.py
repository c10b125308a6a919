"""Fine-tunes weights that were saved from a model under DataParallel."""

import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(5, 16)
        self.b = nn.Linear(16, 1)

    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))


torch.manual_seed(0)
saved = nn.DataParallel(Encoder()).state_dict()
model = Encoder()
model.load_state_dict(saved)  # expect: CRX014
opt = torch.optim.SGD(model.parameters(), lr=0.05)
x = torch.randn(160, 5)
for xb in x.split(16):
    loss = (model(xb) - xb.sum(1, keepdim=True)).abs().mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
