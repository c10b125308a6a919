"""Reads a sequence of moves with stacked recurrent cells and says where it will end."""

from torch import manual_seed, nn, no_grad, optim, randint, zeros
from torch.nn import functional as F

MOVES, PLACES, LENGTH = 6, 6, 7


def walks(count):
    moves = randint(MOVES, (count, LENGTH))
    return moves, moves[:, -2:].sum(dim=1) % PLACES


class StackedCells(nn.Module):
    def __init__(self, width=32, depth=2):
        super().__init__()
        self.width = width
        self.moves = nn.Embedding(MOVES, width)
        self.stages = []
        for _ in range(depth):
            self.stages.append((nn.GRUCell(width, width), nn.LayerNorm(width)))
        self.out = nn.Linear(width, PLACES)

    def forward(self, moves):
        states = [zeros(len(moves), self.width) for _ in self.stages]
        for x in self.moves(moves).unbind(1):
            for level, (cell, norm) in enumerate(self.stages):
                states[level] = cell(x, states[level])  # expect: MOD201
                x = norm(states[level])
        return self.out(x)


def train(model, steps, size):
    optimizer = optim.NAdam(model.parameters(), lr=3e-3)
    for step in range(steps):
        moves, place = walks(size)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(moves), place)
        loss.backward()
        optimizer.step()
        if step % 25 == 0:
            print(f"{step:4d} {loss.item():.3f}")


def main():
    manual_seed(13)
    model = StackedCells()
    train(model, steps=100, size=48)
    moves, place = walks(300)
    with no_grad():
        right = (model(moves).argmax(dim=1) == place).float().mean()
    print(f"right {right.item():.2%}")


main()
