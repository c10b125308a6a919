"""Which of five letters a short word holds most often, by a small transformer."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

LETTERS, LENGTH = 5, 12


class Reader(nn.Module):
    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.letters = nn.Embedding(LETTERS, width)
        self.places = nn.Embedding(LENGTH, width)
        layer = nn.TransformerEncoderLayer(width, 4, 64, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1)
        self.head = nn.Linear(width, LETTERS)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        places = torch.arange(LENGTH).expand(len(words), -1)
        hidden = self.letters(words)
        hidden = hidden + self.places(places)
        return self.head(self.encoder(hidden).mean(dim=1))


def make(count: int) -> TensorDataset:
    words = torch.randint(0, LETTERS, (count, LENGTH))
    return TensorDataset(words, nn.functional.one_hot(words, LETTERS).sum(1).argmax(1))


torch.manual_seed(3)
train = DataLoader(make(1280), batch_size=64, shuffle=True)
held_out = DataLoader(make(256), batch_size=128)
model = Reader()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)

for epoch in range(8):
    model.train()
    for words, most in train:
        optimizer.zero_grad()
        loss = criterion(model(words), most)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = sum(int((model(words).argmax(1) == most).sum()) for words, most in held_out)
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {right / 256:.3f}")
