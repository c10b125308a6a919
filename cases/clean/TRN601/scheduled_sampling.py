"""A decoder that feeds its own samples back with a probability that grows."""

import random

import torch
from torch import nn

random.seed(0)
torch.manual_seed(0)
V, T = 8, 10
seqs = torch.stack([(torch.arange(T + 1) * k + s) % V for k in (1, 3, 5) for s in range(V)])


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(V, 16)
        self.cell = nn.GRUCell(16, 48)
        self.out = nn.Linear(48, V)

    def forward(self, seq, ratio):
        h = torch.zeros(len(seq), 48)
        token, logits = seq[:, 0], []
        for t in range(T):
            h = self.cell(self.e(token), h)
            logits.append(self.out(h))
            token = (
                torch.distributions.Categorical(logits=logits[-1].detach()).sample()
                if random.random() < ratio
                else seq[:, t + 1]
            )
        return torch.stack(logits, 1)


net = Decoder()
opt = torch.optim.Adam(net.parameters(), 5e-3)
for epoch in range(30):
    for batch in seqs[torch.randperm(len(seqs))].split(8):
        logits = net(batch, ratio=min(0.5, epoch / 20))
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
    if epoch % 5 == 0:
        print(epoch, loss.item())
