"""Right though unusual: federated averaging; a client's optimiser begins anew in each round, as its weights do.

A client keeps nothing between rounds but its rows: momentum of weights that were thrown away would be stale.
"""

import torch
from torch import nn


class Client:
    def __init__(self, x, y, net):
        self.x, self.y, self.net = x, y, net

    def round(self, weights, epochs=2):
        self.net.load_state_dict(weights)
        self.net.train()
        optimizer = torch.optim.Adam(self.net.parameters(), lr=5e-3)
        for _ in range(epochs):
            for rows in torch.randperm(len(self.x)).split(25):
                loss = nn.functional.cross_entropy(self.net(self.x[rows]), self.y[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        return {name: value.clone() for name, value in self.net.state_dict().items()}, len(self.x)


def average(answers):
    total = sum(count for _, count in answers)
    return {name: sum(state[name] * (count / total) for state, count in answers) for name in answers[0][0]}


def network():
    return nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2))


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(500, 6)
y = (x[:, 0] - x[:, 1] + x[:, 2] * x[:, 3] > 0).long()
cuts = [0, 100, 250, 325, 400]
clients = [Client(x[a:b], y[a:b], network()) for a, b in zip(cuts, cuts[1:], strict=False)]
shared = network()
for number in range(8):
    answers = [client.round(shared.state_dict()) for client in clients]
    shared.load_state_dict(average(answers))
    shared.eval()
    with torch.no_grad():
        accuracy = (shared(x[400:]).argmax(1) == y[400:]).float().mean().item()
    print(f"round {number}: {accuracy:.2f}")
