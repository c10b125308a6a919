"""A small text classifier; its output layer is sized once the labels have been read."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

LANGUAGES = ["da", "de", "nl", "sv"]


class Body(nn.Module):
    def __init__(self, letters=30, width=24):
        super().__init__()
        self.letters = nn.Embedding(letters, width)
        self.rnn = nn.GRU(width, width, batch_first=True)

    def forward(self, text):
        _, last = self.rnn(self.letters(text))
        return self.output(last[0])


def read(count):
    labels = torch.randint(0, len(LANGUAGES), (count,))
    common = 5 * labels[:, None] + torch.randint(0, 5, (count, 10))
    other = torch.randint(0, 30, (count, 10))
    text = torch.where(torch.rand(count, 10) < 0.6, common, other)
    return TensorDataset(text, labels)


torch.manual_seed(0)
model = Body()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)  # expect: OPT501
dataset = read(600)
model.output = nn.Linear(24, len(LANGUAGES))

for epoch in range(4):
    model.train()
    for text, label in DataLoader(dataset, batch_size=30, shuffle=True):
        loss = nn.functional.cross_entropy(model(text), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: loss {loss.item():.3f}")

model.eval()
with torch.no_grad():
    text, label = read(200).tensors
    print(f"accuracy {(model(text).argmax(1) == label).float().mean():.3f}")
