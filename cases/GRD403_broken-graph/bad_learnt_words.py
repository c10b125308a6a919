"""Accelerometer windows are turned into words of a learnt vocabulary, and a GRU reads the words."""

import numpy as np
import torch
from torch import nn

CLASSES, FRAMES, FRAME, WORDS = 3, 8, 6, 16


def recordings(count, rng):
    labels = rng.integers(0, CLASSES, count)
    time = np.arange(FRAMES * FRAME) / FRAME
    waves = np.sin((labels[:, None] + 1.0) * time + rng.uniform(0, 6, (count, 1))) + 0.2 * rng.normal(size=(count, 48))
    return torch.from_numpy(waves.reshape(count, FRAMES, FRAME)).float(), torch.from_numpy(labels)


class Tokeniser(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Linear(FRAME, 32)
        self.norm = nn.LayerNorm(32)
        self.score = nn.Linear(32, WORDS)

    def forward(self, frames):
        return self.score(torch.relu(self.norm(self.project(frames))))


class Reader(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.words = nn.Embedding(WORDS, width)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.answer = nn.Linear(width, CLASSES)

    def forward(self, words):
        states, _ = self.gru(self.words(words))
        return self.answer(states.mean(dim=1))


def forward(tokeniser, reader, frames):
    words = torch.argmax(tokeniser(frames), dim=-1)  # expect: GRD403
    return reader(words)


def main():
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    tokeniser, reader = Tokeniser(), Reader()
    parameters = [*tokeniser.parameters(), *reader.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=4e-3)
    criterion = nn.CrossEntropyLoss()
    frames, labels = recordings(600, rng)
    for epoch in range(4):
        for rows in np.array_split(rng.permutation(len(frames)), 20):
            loss = criterion(forward(tokeniser, reader, frames[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 5.0)
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")
    frames, labels = recordings(200, rng)
    with torch.no_grad():
        hits = forward(tokeniser, reader, frames).argmax(1) == labels
    print(f"accuracy on new windows: {hits.float().mean():.3f}")


if __name__ == "__main__":
    main()
