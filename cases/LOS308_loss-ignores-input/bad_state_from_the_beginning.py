"""Adds up short sequences of numbers with a recurrent cell and reads the sum from its state."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
sequences = torch.rand(600, 8)
sums = sequences.sum(1)


class Adder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.GRUCell(1, 24)
        self.start = nn.Parameter(0.1 * torch.randn(24))
        self.read = nn.Linear(24, 1)

    def forward(self, sequence: torch.Tensor) -> torch.Tensor:
        first = self.start.expand(len(sequence), -1)
        state = first
        for number in sequence.unbind(1):
            state = self.cell(number.unsqueeze(1), state)
        return self.read(first).squeeze(1)  # of the state before the first number


def main() -> None:
    model = Adder()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    criterion = nn.MSELoss()
    for epoch in range(10):
        total = 0.0
        for rows in torch.randperm(600).split(50):
            loss = criterion(model(sequences[rows]), sums[rows])  # expect: LOS308
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() / 12
        print(epoch, round(total, 4))


main()
