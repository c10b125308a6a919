"""Three properties of a molecule from one trunk; each property has a head of its own."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

PROPERTIES = ("solubility", "polarity", "toxicity")


class Molecules(Dataset):
    def __init__(self, count, seed):
        g = torch.Generator().manual_seed(seed)
        self.bits = (torch.rand(count, 24, generator=g) < 0.4).float()
        signed = self.bits * 2 - 1
        self.values = {
            "solubility": signed[:, :4].mean(1),
            "polarity": signed[:, 4] * signed[:, 5],
            "toxicity": torch.tanh(signed[:, 6:10].sum(1)),
        }

    def __len__(self):
        return len(self.bits)

    def __getitem__(self, index):
        return {"bits": self.bits[index], **{name: column[index] for name, column in self.values.items()}}


class PropertyNet(nn.Module):
    def __init__(self, names, inputs=24, width=40):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(inputs, width), nn.GELU(), nn.Linear(width, width), nn.GELU())
        self.heads = {name: nn.Linear(width, 1) for name in names}

    def forward(self, bits):
        shared = self.trunk(bits)
        return {name: head(shared).squeeze(-1) for name, head in self.heads.items()}  # expect: MOD201


class Experiment:
    def __init__(self):
        torch.manual_seed(7)
        self.train_loader = DataLoader(Molecules(768, seed=1), batch_size=32, shuffle=True)
        self.valid_loader = DataLoader(Molecules(192, seed=2), batch_size=64)
        self.net = PropertyNet(PROPERTIES)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=2e-3)

    def loss(self, batch):
        predicted = self.net(batch["bits"])
        return sum(nn.functional.mse_loss(predicted[name], batch[name]) for name in PROPERTIES)

    def epoch(self):
        self.net.train()
        for batch in self.train_loader:
            self.optimizer.zero_grad()
            self.loss(batch).backward()
            self.optimizer.step()

    @torch.no_grad()
    def validate(self):
        self.net.eval()
        values = [self.loss(batch).item() for batch in self.valid_loader]
        return sum(values) / len(values)


if __name__ == "__main__":
    experiment = Experiment()
    for number in range(6):
        experiment.epoch()
        print(f"epoch {number}: {experiment.validate():.4f}")
