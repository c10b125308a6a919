"""Does a review praise or blame? An LSTM over word numbers."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def reviews(count, seed, words=120, length=10):
    g = torch.Generator().manual_seed(seed)
    text = torch.randint(words, (count, length), generator=g)
    praise = ((text < 30).sum(1) > ((text >= 30) & (text < 60)).sum(1)).float()
    return TensorDataset(text, praise)


class Reader(nn.Module):
    def __init__(self, words=120, width=24):
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.lstm = nn.LSTM(width, width, batch_first=True, bidirectional=True)
        self.verdict = nn.Linear(2 * width, 1)

    def forward(self, text):
        states, _ = self.lstm(self.words(text))
        return self.verdict(states.mean(dim=1)).squeeze(1)


class Trainer:
    def __init__(self, model, train, valid):
        self.model = model
        self.train_loader = DataLoader(train, batch_size=32, shuffle=True)
        self.valid_loader = DataLoader(valid, batch_size=100)
        self.criterion = nn.BCEWithLogitsLoss()
        self.optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)

    def train_epoch(self):
        self.model.train()
        total = 0.0
        for text, praise in self.train_loader:
            self.optimizer.zero_grad()
            loss = self.criterion(self.model(text), praise)  # expect: OPT505
            loss.backward()
            total += loss.item()
        return total / len(self.train_loader)

    @torch.no_grad()
    def validate(self):
        self.model.eval()
        hits = sum(((self.model(text) > 0) == (praise > 0.5)).sum().item() for text, praise in self.valid_loader)
        return hits / len(self.valid_loader.dataset)

    def run(self, epochs):
        for epoch in range(epochs):
            loss = self.train_epoch()
            print(f"epoch {epoch}: loss {loss:.3f}, valid {self.validate():.3f}")


if __name__ == "__main__":
    torch.manual_seed(17)
    Trainer(Reader(), reviews(640, seed=1), reviews(200, seed=2)).run(epochs=4)
