"""How much power does a wind turbine give? A table of its sensors, a trainer that validates after each epoch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Sensors(Dataset):
    def __init__(self, amount, seed):
        generator = torch.Generator().manual_seed(seed)
        self.readings = torch.randn(amount, 24, generator=generator)
        wind = self.readings[:, 0] + 0.6 * self.readings[:, 1] - 0.4 * self.readings[:, 2]
        self.power = (0.8 * wind + 0.9 * torch.randn(amount, generator=generator)).unsqueeze(1)

    def __len__(self):
        return len(self.power)

    def __getitem__(self, index):
        return {"readings": self.readings[index], "power": self.power[index]}


class Turbine(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.enter = nn.Linear(24, width)
        self.inner = nn.Linear(width, width)
        self.leave = nn.Linear(width, 1)

    def forward(self, readings):
        hidden = nn.functional.silu(self.enter(readings))
        return self.leave(nn.functional.silu(self.inner(hidden)))


class Trainer:
    def __init__(self, model, rate):
        self.model = model
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
        self.criterion = nn.MSELoss()

    def train_epoch(self, loader):
        self.model.train()
        for batch in loader:  # expect: TRN605
            loss = self.criterion(self.model(batch["readings"]), batch["power"])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        return loss.item()

    @torch.no_grad()
    def validate(self, loader):
        self.model.eval()
        errors = [self.criterion(self.model(batch["readings"]), batch["power"]).item() for batch in loader]
        return sum(errors) / len(errors)


def main():
    torch.manual_seed(7)
    train = DataLoader(Sensors(480, seed=1), batch_size=32, shuffle=True)
    valid = DataLoader(Sensors(400, seed=2), batch_size=200)
    trainer = Trainer(Turbine(width=160), rate=2e-3)
    for epoch in range(40):
        print(epoch, round(trainer.train_epoch(train), 4), round(trainer.validate(valid), 4))


if __name__ == "__main__":
    main()
