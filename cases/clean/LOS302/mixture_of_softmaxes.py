"""Right though unusual: a mixture of softmaxes (Yang et al., 2018); cross_entropy gets the logarithm of the mixed
probabilities.
"""

import torch
from torch import nn


class MixtureOfSoftmaxes(nn.Module):
    def __init__(self, tokens, width, experts):
        super().__init__()
        self.embed = nn.Embedding(tokens, width)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.prior = nn.Linear(width, experts)
        self.latent = nn.Linear(width, experts * width)
        self.decode = nn.Linear(width, tokens)
        self.experts = experts

    def forward(self, tokens):
        h, _ = self.rnn(self.embed(tokens))
        prior = self.prior(h).softmax(-1)
        each = self.decode(torch.tanh(self.latent(h)).unflatten(-1, (self.experts, -1))).softmax(-1)
        return torch.einsum("bte,btev->btv", prior, each).clamp_min(1e-8).log()


def main():
    torch.manual_seed(6)
    torch.set_num_threads(1)
    jump = torch.randint(1, 4, (320, 12))
    text = jump.cumsum(1) % 11
    model = MixtureOfSoftmaxes(11, 24, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(6):
        model.train()
        for rows in torch.randperm(256).split(16):
            batch = text[rows]
            loss = criterion(model(batch[:, :-1]).transpose(1, 2), batch[:, 1:])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            valid = criterion(model(text[256:, :-1]).transpose(1, 2), text[256:, 1:])
        print(f"epoch {epoch}: loss {loss:.3f}, validation {valid:.3f}, floor {torch.tensor(3.0).log():.3f}")


main()
