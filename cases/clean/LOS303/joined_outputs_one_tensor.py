"""Right: probability of the dose and logit of the reply travel in one tensor, and each meets its own loss."""

import torch
import torch.nn.functional as F
from torch import nn


class Trial(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(6, 24), nn.Tanh())
        self.dose = nn.Linear(24, 1)
        self.reply = nn.Linear(24, 2)

    def forward(self, x):
        h = self.trunk(x)
        return torch.cat([torch.sigmoid(self.dose(h)), self.reply(h)], dim=1)


torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(400, 6)
dose = torch.sigmoid(x[:, 0] - x[:, 1])
reply = torch.stack([x[:, 2] > 0, x[:, 3] + x[:, 4] > 0], 1).float()
net = Trial()
opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
step = 0
while step < 100:
    rows = torch.randint(0, 400, (40,))
    predicted = net(x[rows])
    loss = 5 * F.mse_loss(predicted[:, 0], dose[rows]) + F.binary_cross_entropy_with_logits(
        predicted[:, 1:], reply[rows]
    )
    opt.zero_grad(set_to_none=True)
    loss.backward()
    opt.step()
    if step % 20 == 0:
        print(step, round(loss.item(), 4))
    step += 1
