"""Right: a linear-chain CRF whose last row and column of transitions are start and stop, reached as index -1."""

import torch
from torch import nn


class Chain(nn.Module):
    def __init__(self, inputs, tags):
        super().__init__()
        self.emit = nn.Linear(inputs, tags)
        self.transition = nn.Parameter(0.1 * torch.randn(tags + 1, tags + 1))

    def score(self, x, tags):
        emissions = self.emit(x).gather(2, tags.unsqueeze(2)).squeeze(2).sum(1)
        edge = torch.full((len(tags), 1), -1)
        path = torch.cat([edge, tags, edge], 1)
        return emissions + self.transition.log_softmax(1)[path[:, :-1], path[:, 1:]].sum(1)

    def log_normaliser(self, x):
        emissions, transition = self.emit(x), self.transition.log_softmax(1)
        forward = transition[-1, :-1] + emissions[:, 0]
        for step in range(1, x.shape[1]):
            forward = torch.logsumexp(forward.unsqueeze(2) + transition[:-1, :-1], 1) + emissions[:, step]
        return torch.logsumexp(forward + transition[:-1, -1], 1)

    def forward(self, x, tags):
        return (self.log_normaliser(x) - self.score(x, tags)).mean()


torch.manual_seed(2)
torch.set_num_threads(1)
x = torch.randn(200, 6, 4)
tags = x[..., :3].argmax(-1)
tags[:, 1:] = torch.where(x[:, 1:, 3] > 0, tags[:, :-1], tags[:, 1:])
crf = Chain(4, 3)
optimizer = torch.optim.Adam(crf.parameters(), lr=2e-2)
for epoch in range(5):
    for rows in torch.randperm(200).split(25):
        loss = crf(x[rows], tags[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
