"""Right though unusual: of two players with a shared encoder the second asks for the graph, or runs it again."""

import torch
from torch import nn


class Player:
    def __init__(self, head, parameters, lr):
        self.head = head
        self.optimizer = torch.optim.Adam(parameters, lr=lr)

    def play(self, hidden, target):
        loss = nn.functional.mse_loss(self.head(hidden), target)
        self.optimizer.zero_grad()
        loss.backward()
        return loss.item()


class Attempt:
    """Runs the body of a `with` block and remembers whether autograd refused it."""

    refused = False

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        self.refused = kind is RuntimeError and "second time" in str(error)
        return self.refused


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 5)
targets = x[:, :1] * x[:, 1:2], x[:, 2:3].abs()
encoder = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 16), nn.Tanh())
heads = nn.Linear(16, 1), nn.Linear(16, 1)
players = [
    Player(heads[0], [*encoder.parameters(), *heads[0].parameters()], 1e-2),
    Player(heads[1], [*heads[1].parameters()], 1e-2),
]
for epoch in range(12):
    for rows in torch.randperm(400).split(40):
        hidden = encoder(x[rows])
        losses = [players[0].play(hidden, targets[0][rows])]
        with Attempt() as attempt:
            losses.append(players[1].play(hidden, targets[1][rows]))
        if attempt.refused:
            losses.append(players[1].play(encoder(x[rows]), targets[1][rows]))
        for player in players:
            player.optimizer.step()
    print(f"epoch {epoch}: {losses[0]:.3f} {losses[1]:.3f}")
