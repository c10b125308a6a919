"""The loss is summed over the steps of a sequence and averaged over the sequences."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
series = torch.randn(330, 9, 2).cumsum(1)
above = (series.sum(2) > 0).float()
net = nn.GRU(2, 16, batch_first=True)
head = nn.Linear(16, 1)
optimizer = torch.optim.SGD([*net.parameters(), *head.parameters()], lr=0.05, momentum=0.9)
for epoch in range(5):
    for x, y in DataLoader(TensorDataset(series, above), batch_size=32, shuffle=True):
        scores = head(net(x)[0]).squeeze(2)
        loss = nn.functional.binary_cross_entropy_with_logits(scores, y, reduction="sum") / y.shape[0]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
