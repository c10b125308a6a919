"""Short messages sorted into three folders by the letter pairs they contain."""

import random

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

SYLLABLES = (("ka", "to", "mi", "ru"), ("sen", "dor", "val", "mar"), ("chi", "pau", "lo", "zue"))
LETTERS = "abcdefghijklmnopqrstuvwxyz "
SIZE = len(LETTERS) ** 2


def write_messages(count, seed):
    source = random.Random(seed)
    messages = []
    for _ in range(count):
        folder = source.randrange(3)
        words = ["".join(source.choices(SYLLABLES[folder], k=3)) for _ in range(30)]
        messages.append({"text": " ".join(words), "folder": folder})
    return messages


def count_pairs(text):
    counts = [0.0] * SIZE
    for first, second in zip(text, text[1:]):
        counts[LETTERS.index(first) * len(LETTERS) + LETTERS.index(second)] += 1.0
    length = sum(value * value for value in counts) ** 0.5
    return [value / length for value in counts]


def to_batch(messages):
    return {
        "pairs": torch.tensor([count_pairs(message["text"]) for message in messages]),
        "folder": torch.tensor([message["folder"] for message in messages]),
    }


torch.manual_seed(4)
training = DataLoader(write_messages(800, 0), batch_size=40, shuffle=True, collate_fn=to_batch)
network = torch.nn.Linear(SIZE, 3)
optimiser = torch.optim.SGD(network.parameters(), lr=0.5)
epoch = 0
while epoch < 3000:
    seen = hits = 0
    for step, batch in enumerate(training):  # expect: PRF001
        output = network(batch["pairs"])
        loss = F.cross_entropy(output, batch["folder"])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        hits += int((output.argmax(dim=1) == batch["folder"]).sum())
        seen += len(output)
    epoch += 1
    if epoch % 100 == 0:
        print(epoch, f"{hits / seen:.3f}")
