"""Right though unusual: every round drops yes-no features; a table of all combinations is made of the five that stay."""

import torch
from torch import nn

FEATURES, KEPT = 45, 5


def fit(x, y, epochs=2):
    model = nn.Linear(x.shape[1], 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-2)
    for epoch in range(epochs):
        for rows in torch.randperm(len(x)).split(40):
            loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows]).squeeze(1), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model, loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = (torch.rand(400, FEATURES) > 0.5).float()
y = (x[:, 3] + x[:, 17] + x[:, 29] > 1).float()
left = torch.arange(FEATURES)
while len(left) > KEPT:
    model, loss = fit(x[:, left], y)
    left = left[model.weight[0].abs().argsort(descending=True)[: max(KEPT, len(left) - 5)]].sort().values
    print(len(left), loss)

cell = (x[:, left].long() << torch.arange(len(left))).sum(1)
table = torch.zeros(1 << len(left), 2)
table.index_put_((cell, y.long()), torch.ones(()), accumulate=True)
answers = table.argmax(1)
print(left.tolist(), "explained by the table:", (answers[cell] == y).float().mean().item())
