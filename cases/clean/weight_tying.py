"""Right though unusual: the output layer shares its weight with the embedding."""

import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY, CONTEXT = 40, 12


class TiedModel(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, width)
        nn.init.normal_(self.embedding.weight, std=0.05)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.decoder = nn.Linear(width, VOCABULARY, bias=False)
        self.decoder.weight = self.embedding.weight

    def forward(self, tokens):
        hidden, _ = self.rnn(self.embedding(tokens))
        return self.decoder(hidden)


def sentences(count):
    start = torch.randint(0, VOCABULARY, (count, 1))
    stride = torch.randint(1, 4, (count, 1))
    return (start + stride * torch.arange(CONTEXT + 1)) % VOCABULARY


torch.manual_seed(0)
train, valid = sentences(800), sentences(100)
model = TiedModel()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(14):
    model.train()
    for batch in train[torch.randperm(len(train))].split(40):
        logits = model(batch[:, :-1])
        loss = F.cross_entropy(logits.reshape(-1, VOCABULARY), batch[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = (model(valid[:, :-1]).argmax(-1) == valid[:, 1:])[:, 2:].float().mean()
    print(f"epoch {epoch}: loss {loss.item():.3f}, next token right {right:.3f}")
