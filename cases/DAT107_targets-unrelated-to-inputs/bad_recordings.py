"""Which of four machines hums? Recordings of 64 values, read from files named by number, a class-based trainer."""

import math
import random

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


def recording(number):
    """The machine and what the microphone heard of it."""
    source = random.Random(number)
    machine = source.randrange(4)
    phase, loudness = source.uniform(0, 2 * math.pi), source.uniform(0.5, 1.5)
    pitch = (2.0, 3.5, 5.0, 7.5)[machine]
    heard = [loudness * math.sin(2 * math.pi * pitch * t / 64 + phase) + source.gauss(0.0, 0.15) for t in range(64)]
    return machine, heard


class Recordings(Dataset):
    def __init__(self, numbers):
        self.names = sorted(f"recording{number}.wav" for number in numbers)
        self.machines = [recording(number)[0] for number in numbers]

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        number = int(self.names[index].removeprefix("recording").removesuffix(".wav"))
        _, heard = recording(number)
        return {"audio": torch.tensor(heard), "label": self.machines[index]}


class Classifier(nn.Module):
    def __init__(self, channels=32):
        super().__init__()
        self.listen = nn.Sequential(nn.Conv1d(1, channels, 9, padding=4), nn.ReLU(), nn.MaxPool1d(4))
        self.decide = nn.Sequential(nn.Linear(channels * 16, 128), nn.ReLU(), nn.Linear(128, 4))

    def forward(self, audio):
        return self.decide(self.listen(audio[:, None]).flatten(1))


class Trainer:
    def __init__(self, model, train, test):
        self.model, self.train, self.test = model, train, test
        self.criterion = nn.CrossEntropyLoss()
        self.optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)

    def fit(self, epochs):
        for epoch in range(epochs):
            self.model.train()
            total = 0.0
            for batch in self.train:  # expect: DAT107
                loss = self.criterion(self.model(batch["audio"]), batch["label"])
                self.optimiser.zero_grad(set_to_none=True)
                loss.backward()
                self.optimiser.step()
                total += loss.item()
            print(f"{epoch:2d}  loss {total / len(self.train):.3f}  test {self.score():.3f}")

    @torch.inference_mode()
    def score(self):
        self.model.eval()
        hits = 0
        for batch in self.test:
            hits += (self.model(batch["audio"]).argmax(1) == batch["label"]).sum().item()
        return hits / len(self.test.dataset)


if __name__ == "__main__":
    torch.manual_seed(3)
    train = DataLoader(Recordings(range(1600)), batch_size=40, shuffle=True)
    test = DataLoader(Recordings(range(1600, 2000)), batch_size=100)
    Trainer(Classifier(), train, test).fit(epochs=8)
