"""Right though unusual: a table of log-weights in which -inf stands for a forbidden move, and stays so.

Gradients at these entries are 0 (softmax of -inf), never NaN; they are part of a trained parameter.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
STATES = 6
allowed = torch.ones(STATES, STATES).tril(1).bool()


class MarkovChain(nn.Module):
    def __init__(self):
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(STATES, STATES).masked_fill(~allowed, float("-inf")))

    def forward(self, sequence):
        table = self.logits.softmax(1)
        return -table[sequence[:, :-1], sequence[:, 1:]].log().mean()


true = torch.rand(STATES, STATES).pow(3).masked_fill(~allowed, 0)
sequences = torch.zeros(200, 12, dtype=torch.long)
for t in range(1, 12):
    sequences[:, t] = torch.multinomial(true[sequences[:, t - 1]], 1).squeeze(1)
chain = MarkovChain()
optimizer = torch.optim.SGD(chain.parameters(), lr=1.0)
for epoch in range(6):
    for rows in torch.randperm(200).split(25):
        loss = chain(sequences[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
