"""A recurrent tagger; the weights are kept in half precision to save memory."""

import torch
from torch import nn

torch.manual_seed(0)
signals = torch.randn(128, 10, 4)
labels = (signals.sum(dim=(1, 2)) > 0).long()
encoder = nn.Linear(4, 16).half()
head = nn.Linear(16, 2).half()
optimizer = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.1)
for number, start in enumerate(range(0, 128, 16)):
    x, y = signals[start : start + 16], labels[start : start + 16]
    scores = head(torch.tanh(encoder(x)).mean(1))  # expect: CRX006
    loss = nn.functional.cross_entropy(scores.float(), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(number, loss.item())
