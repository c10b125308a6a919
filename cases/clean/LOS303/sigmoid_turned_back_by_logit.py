"""Two experts' probabilities are averaged, and the average is turned back into a logit for a stable loss."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x = torch.randn(300, 5)
y = (x.sum(1) > 0).float()
left, right = nn.Linear(5, 1), nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD([*left.parameters(), *right.parameters()], lr=0.3)
for epoch in range(5):
    for rows in torch.randperm(300).split(50):
        both = 0.5 * (torch.sigmoid(left(x[rows])) + torch.sigmoid(right(x[rows])))
        loss = F.binary_cross_entropy_with_logits(torch.logit(both, eps=1e-5).squeeze(1), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
