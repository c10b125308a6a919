"""Right though unusual: a batch without any masked token has loss NaN, the mean of nothing; its gradient is exactly 0
and the log uses nanmean.
"""

import torch
from torch import nn


class MaskedModel(nn.Module):
    def __init__(self, tokens=9, width=32):
        super().__init__()
        self.embed = nn.Embedding(tokens + 1, width)
        self.mix = nn.GRU(width, width, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * width, tokens)

    def forward(self, tokens):
        return self.out(self.mix(self.embed(tokens))[0])


def main():
    torch.manual_seed(5)
    torch.set_num_threads(1)
    start = torch.randint(0, 9, (256, 1))
    text = (start + 2 * torch.arange(8)) % 9
    model = MaskedModel()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for epoch in range(4):
        losses = []
        for rows in torch.randperm(224).split(4):
            hidden = torch.rand(len(rows), 8) < 0.05
            logits = model(text[rows].masked_fill(hidden, 9))
            loss = nn.functional.cross_entropy(logits[hidden], text[rows][hidden])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        hidden = torch.rand(32, 8) < 0.15
        with torch.no_grad():
            logits = model(text[224:].masked_fill(hidden, 9))
        right = (logits[hidden].argmax(1) == text[224:][hidden]).float().mean()
        print(f"epoch {epoch}: loss {torch.stack(losses).nanmean():.3f}, accuracy {right:.3f}")


main()
