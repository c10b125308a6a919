"""The next letter of a chain from the letters before it: none at first, then one, then two, by a growing mask."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
rule = torch.tensor([[1, 2, 3, 0], [0, 3, 1, 2], [3, 0, 2, 1], [2, 1, 0, 3]])
chain = [0, 1]
for flip in (torch.rand(1200) < 0.1).tolist():
    chain.append(int(torch.randint(4, ())) if flip else int(rule[chain[-2], chain[-1]]))
letters = torch.tensor(chain)
before = torch.stack([letters[:-2], letters[1:-1]], 1)
after = letters[2:]


class Reader(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(4, 12)
        self.mix = nn.Sequential(nn.Flatten(), nn.Linear(24, 48), nn.ReLU())
        self.out = nn.Linear(48, 4)

    def forward(self, context: torch.Tensor, visible: torch.Tensor) -> torch.Tensor:
        return self.out(self.mix(self.embed(context) * visible[:, None]))


def run() -> None:
    model = Reader()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    stages = {"none": [0.0, 0.0], "one": [0.0, 1.0], "two": [1.0, 1.0]}
    for name, mask in stages.items():
        visible = torch.tensor(mask)
        for _ in range(10):
            for rows in torch.randperm(1000).split(100):
                loss = nn.functional.cross_entropy(model(before[rows], visible), after[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        with torch.no_grad():
            print(name, round(nn.functional.cross_entropy(model(before[1000:], visible), after[1000:]).item(), 3))


run()
