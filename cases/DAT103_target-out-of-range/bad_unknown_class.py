"""Species from leaf measurements, with a hand-written likelihood; some plants were never identified."""

import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(4)
torch.manual_seed(4)
kinds = rng.integers(0, 4, 500)
centres = rng.normal(size=(4, 6))
leaves = (centres[kinds] + 0.6 * rng.normal(size=(500, 6))).astype("float32")
kinds[rng.random(500) < 0.15] = -1


def likelihood(network, leaf, kind):
    log_probabilities = torch.log_softmax(network(leaf), dim=-1)
    return -log_probabilities[torch.arange(len(kind)), kind].mean()  # expect: DAT103


class Botanist(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(6, 24)
        self.scores = nn.Linear(24, 4)

    def forward(self, leaf):
        return self.scores(torch.tanh(self.hidden(leaf)))


network = Botanist()
adam = torch.optim.Adam(network.parameters(), lr=5e-3)
step = 0
while step < 120:
    rows = rng.choice(400, size=40, replace=False)
    value = likelihood(network, torch.from_numpy(leaves[rows]), torch.from_numpy(kinds[rows]))
    adam.zero_grad()
    value.backward()
    adam.step()
    step += 1
network.eval()
with torch.no_grad():
    guess = network(torch.from_numpy(leaves[400:])).argmax(dim=1).numpy()
known = kinds[400:] >= 0
print("accuracy", float((guess == kinds[400:])[known].mean()))
