"""Right: a loader of scraped labels: a batch that cross-entropy refuses is logged and left out."""

import torch
from torch import nn

torch.manual_seed(4)
torch.set_num_threads(1)
x = torch.randn(400, 5)
y = (x @ torch.randn(5, 3)).argmax(1)
y[[37, 222]] = 7  # two broken records
model = nn.Linear(5, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
for epoch in range(5):
    refused = []
    for start in range(0, 400, 20):
        inputs, labels = x[start : start + 20], y[start : start + 20]
        try:
            loss = nn.functional.cross_entropy(model(inputs), labels)
        except IndexError:
            refused.append(start)
            continue
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}, batches refused: {refused}")
