"""A regression that drops whole inputs: each input's weights form a group, and their length is penalised."""

import torch
from sklearn.datasets import make_friedman1
from torch import nn

torch.manual_seed(13)
table, answers = make_friedman1(n_samples=800, n_features=12, noise=0.3, random_state=13)
table = torch.tensor(table, dtype=torch.float32)
answers = torch.tensor((answers - answers.mean()) / answers.std(), dtype=torch.float32)

first, second = nn.Linear(12, 24), nn.Linear(24, 1)
gate = nn.Parameter(torch.zeros(12, 24))
parameters = [*first.parameters(), *second.parameters(), gate]
rule = torch.optim.RMSprop(parameters, lr=1e-3)

count = 0
while count < 200:
    rows = torch.randint(0, 640, (64,))
    hidden = torch.relu(first(table[rows]) + table[rows] @ gate)
    guess = second(hidden).squeeze(1)
    lengths = (gate * gate).sum(dim=1) ** 0.5  # expect: GRD406
    loss = (guess - answers[rows]).square().mean() + 1e-3 * lengths.sum()
    for parameter in parameters:
        parameter.grad = None
    loss.backward()
    rule.step()
    count += 1
    if count % 50 == 0:
        print(f"{count}: {loss.item():.4f}")
