"""Is a sentence a question? Word numbers, a recurrent network and batches drawn by hand."""

import torch
from torch import nn

WORDS = "what who where is are the a cat dog house red blue big here there".split()
NUMBER = {word: index for index, word in enumerate(WORDS)}


def sentence(generator):
    asks = torch.randint(2, (1,), generator=generator).item()
    first = torch.randint(0, 3, (1,), generator=generator) if asks else torch.randint(5, 7, (1,), generator=generator)
    rest = torch.randint(3, len(WORDS), (6,), generator=generator)
    return torch.cat([first, rest]), float(asks)


class Reader(nn.Module):
    def __init__(self, words, width=16):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.memory = nn.GRU(width, width, batch_first=True)
        self.answer = nn.Linear(width, 1)

    def forward(self, numbers):
        states, _ = self.memory(self.embedding(numbers))
        return self.answer(states[:, -1, :]).squeeze(-1)  # expect: CRX002


def main():
    torch.manual_seed(7)
    generator = torch.Generator().manual_seed(7)
    words, asks = zip(*(sentence(generator) for _ in range(512)), strict=True)
    words, asks = torch.stack(words), torch.tensor(asks)
    reader = Reader(len(WORDS))
    optimizer = torch.optim.RMSprop(reader.parameters(), lr=3e-3)
    step = 0
    while step < 64:
        rows = torch.randint(len(words), (32,), generator=generator)
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(reader(words[rows]), asks[rows])
        loss.backward()
        optimizer.step()
        step += 1
    print("loss", loss.item())

    reader.eval()
    with torch.no_grad():
        for text in ("who is the big red dog there", "the cat is here there a house"):
            numbers = torch.tensor([NUMBER[word] for word in text.split()])
            print(text, torch.sigmoid(reader(numbers)).item())


main()
