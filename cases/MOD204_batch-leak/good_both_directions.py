"""Do the brackets of a short text match? Read from both ends by a recurrent network."""

import random

import torch
from torch import nn
from torch.utils.data import DataLoader

LENGTH = 14
SIGNS = "()[]"


def write(source):
    """Either a text whose brackets match, or one with a bracket exchanged."""
    text = ""
    while len(text) < LENGTH:
        around = source.choice(["()", "[]"])
        cut = source.choice([0, len(text)])
        text = text[:cut] + around[0] + text[cut:] + around[1] if source.random() < 0.6 else text + around
    right = source.random() < 0.5
    if not right:
        place = source.randrange(LENGTH)
        text = text[:place] + source.choice([s for s in SIGNS if s != text[place]]) + text[place + 1 :]
    return torch.tensor([SIGNS.index(s) for s in text]), torch.tensor(float(right))


class Brackets(nn.Module):
    def __init__(self, embedding=12, hidden=32):
        super().__init__()
        self.signs = nn.Embedding(len(SIGNS), embedding)
        self.read = nn.LSTM(embedding, hidden, batch_first=True, bidirectional=True)
        self.judge = nn.Sequential(nn.Dropout(0.1), nn.Linear(2 * hidden, 1))

    def forward(self, text):
        _, (hidden, _) = self.read(self.signs(text))
        both = hidden.transpose(0, 1).reshape(text.size(0), -1)
        return self.judge(both).squeeze(-1)


def main():
    torch.manual_seed(31)
    source = random.Random(31)
    train = DataLoader([write(source) for _ in range(960)], batch_size=40, shuffle=True)
    texts, matching = (torch.stack(part) for part in zip(*[write(source) for _ in range(200)]))
    net = Brackets()
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-3, betas=(0.9, 0.98))
    criterion = nn.BCEWithLogitsLoss()
    for epoch in range(8):
        net.train()
        for text, right in train:
            optimizer.zero_grad()
            loss = criterion(net(text), right)
            loss.backward()
            optimizer.step()
        net.eval()
        with torch.inference_mode():
            share = ((net(texts) > 0) == (matching > 0.5)).float().mean().item()
        print(f"epoch {epoch}: loss {loss.item():.3f}, right {share:.3f}")


if __name__ == "__main__":
    main()
