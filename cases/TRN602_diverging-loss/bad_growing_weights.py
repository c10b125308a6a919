"""Six kinds of cloud by sixteen readings; weights shrink a little after every pass."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Trainer:
    """Trains with plain gradient descent and shrinks the weights between passes."""

    def __init__(self, model, rate, decay):
        self.model = model
        self.decay = decay
        self.optimiser = torch.optim.SGD(model.parameters(), lr=rate)

    def one_pass(self, loader):
        self.model.train()
        for readings, kinds in loader:  # expect: TRN602
            self.optimiser.zero_grad()
            loss = nn.functional.cross_entropy(self.model(readings), kinds)
            loss.backward()
            self.optimiser.step()
        return loss.item()

    @torch.no_grad()
    def shrink(self):
        for weight in self.model.parameters():
            weight.mul_(1 + self.decay)

    @torch.no_grad()
    def accuracy(self, loader):
        self.model.eval()
        for readings, kinds in loader:
            right = self.model(readings).argmax(1) == kinds
        return right.float().mean().item()


def clouds(count, seed):
    noise = torch.Generator().manual_seed(seed)
    centres = torch.randn(6, 16, generator=torch.Generator().manual_seed(9))
    kinds = torch.randint(0, 6, (count,), generator=noise)
    return TensorDataset(centres[kinds] + torch.randn(count, 16, generator=noise), kinds)


torch.manual_seed(6)
layers = [nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 6)]
trainer = Trainer(nn.Sequential(*layers), rate=0.02, decay=1.5)
train, valid = DataLoader(clouds(1200, 1), batch_size=24, shuffle=True), DataLoader(clouds(300, 2), batch_size=300)
for number in range(10):
    loss = trainer.one_pass(train)
    trainer.shrink()
    print(f"pass {number}: loss {loss:.3f}, accuracy {trainer.accuracy(valid):.3f}")
