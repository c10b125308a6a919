"""Mood of short messages: the mean of their word vectors, then a linear layer."""

import torch
from torch import nn
from torch.utils.data import DataLoader

PAD, WORDS, LENGTH = 0, 200, 12


class Messages(torch.utils.data.Dataset):
    """Word numbers padded with 0; a message can be empty, when it was only a picture."""

    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        words = torch.randint(1, WORDS, (count, LENGTH), generator=generator)
        lengths = torch.randint(0, LENGTH + 1, (count,), generator=generator)
        words[torch.arange(LENGTH)[None, :] >= lengths[:, None]] = PAD
        self.words = words
        self.mood = ((words % 2) * 2 - 1).mul(words != PAD).sum(dim=1).gt(0).float()

    def __len__(self):
        return len(self.words)

    def __getitem__(self, index):
        return self.words[index], self.mood[index]


class MeanOfWords(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, width, padding_idx=PAD)
        self.output = nn.Linear(width, 1)

    def forward(self, words):
        present = (words != PAD).float()
        summed = (self.embedding(words) * present[:, :, None]).sum(dim=1)
        mean = summed / present.sum(dim=1, keepdim=True)  # expect: LOS306
        return self.output(mean).squeeze(1)


def run():
    torch.manual_seed(0)
    train, valid = Messages(960, seed=1), Messages(240, seed=2)
    model = MeanOfWords()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    criterion = nn.BCEWithLogitsLoss()
    for epoch in range(5):
        model.train()
        for words, mood in DataLoader(train, batch_size=64, shuffle=True):
            optimizer.zero_grad()
            loss = criterion(model(words), mood)
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            right = [
                ((model(words) > 0) == (mood > 0.5)).float().mean() for words, mood in DataLoader(valid, batch_size=120)
            ]
        print(f"epoch {epoch}: loss {loss.item():.3f} accuracy {sum(right).item() / len(right):.3f}")


if __name__ == "__main__":
    run()
