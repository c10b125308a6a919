"""Several low-rank factors on top of a linear model, fitted to synthetic ratings."""

import torch
import torch.nn as nn


class Factors(nn.Module):
    def __init__(self, people, films, rank, layers):
        super().__init__()
        self.people = nn.Embedding(people, rank)
        self.films = nn.Embedding(films, rank)
        start = torch.eye(rank).repeat(layers, 1, 1) + 0.05 * torch.randn(layers, rank, rank)
        self.mixes = [nn.Parameter(mix.clone()) for mix in start]  # expect: MOD202

    def forward(self, who, what):
        taste = self.people(who)
        for mix in self.mixes:
            taste = torch.tanh(taste @ mix)
        return (taste * self.films(what)).sum(dim=-1)


torch.manual_seed(8)
truth_people, truth_films = torch.randn(50, 4), torch.randn(40, 4)
net = Factors(50, 40, 8, 2)
opt = torch.optim.Adagrad(net.parameters(), lr=0.1)
step = 0
while True:
    who, what = torch.randint(0, 50, (64,)), torch.randint(0, 40, (64,))
    rating = torch.tanh((truth_people[who] * truth_films[what]).sum(-1))
    opt.zero_grad()
    loss = nn.functional.smooth_l1_loss(net(who, what), rating)
    loss.backward()
    opt.step()
    step += 1
    if step % 40 == 0:
        print(f"step {step}: {loss.item():.4f}")
    if step >= 160:
        break
