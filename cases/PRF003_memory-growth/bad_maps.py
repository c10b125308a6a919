"""Which of twelve numbers is the largest, by attention; the maps of all steps are gathered for a film."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Rows(Dataset):
    def __init__(self, count):
        self.numbers = torch.randn(count, 12, generator=torch.Generator().manual_seed(8))

    def __len__(self):
        return len(self.numbers)

    def __getitem__(self, index):
        return {"numbers": self.numbers[index], "largest": self.numbers[index].argmax()}


class Finder(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.embed = nn.Linear(1, width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.score = nn.Linear(2 * width, 1)

    def forward(self, numbers):
        tokens = torch.tanh(self.embed(numbers.unsqueeze(-1)))
        attention = (self.query(tokens) @ self.key(tokens).mT / 5).softmax(-1)  # expect: PRF003
        return self.score(torch.cat([tokens, attention @ tokens], -1)).squeeze(-1), attention


def main():
    torch.manual_seed(8)
    finder = Finder()
    optimiser = torch.optim.Adam(finder.parameters(), lr=3e-3)
    film = {"maps": [], "loss": []}
    for epoch in range(800):
        for number, batch in enumerate(DataLoader(Rows(3200), batch_size=64, shuffle=True)):
            scores, attention = finder(batch["numbers"])
            loss = nn.functional.cross_entropy(scores, batch["largest"])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            film["maps"] += [attention.data]
            film["loss"] += [loss.item()]
        print(epoch, number, film["loss"][-1])
    torch.save(torch.stack([maps[0] for maps in film["maps"]]), "film.pt")


main()
