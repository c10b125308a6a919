"""Labels of the kinds that each loss wants: signs for margins, counts for a rate, probabilities for a divergence."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
model = nn.Linear(5, 5)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(60):
    x = torch.randn(40, 5)
    out = model(x)
    margin = F.soft_margin_loss(out[:, 0], x[:, 0].sign())
    rate = F.poisson_nll_loss(out[:, 1], torch.poisson(x[:, 1].clamp(max=2).exp()))
    ranking = F.margin_ranking_loss(out[:, 2], out[:, 3], (x[:, 2] - x[:, 3]).sign(), margin=0.1)
    divergence = F.kl_div(out.log_softmax(1), x.softmax(1), reduction="batchmean")
    loss = margin + rate + ranking + divergence
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
