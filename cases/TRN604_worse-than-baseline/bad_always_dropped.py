"""Sorting three kinds of leaves by twelve measurements, with dropout against learning by heart."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Leaves(Dataset):
    """Measurements of leaves around the mean of their kind."""

    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        kinds = torch.randn(3, 12, generator=torch.Generator().manual_seed(7))
        self.kind = torch.randint(0, 3, (count,), generator=generator)
        self.measured = kinds[self.kind] + 0.7 * torch.randn(count, 12, generator=generator)

    def __len__(self):
        return len(self.kind)

    def __getitem__(self, index):
        return {"measured": self.measured[index], "kind": self.kind[index]}


class Sorter(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(12, 64)
        self.out = nn.Linear(64, 3)

    def forward(self, measured):
        measured = F.dropout(measured, p=0.9)
        return self.out(F.relu(self.hidden(measured)))


class Run:
    def __init__(self, seed=3):
        torch.manual_seed(seed)
        self.net = Sorter()
        self.optim = torch.optim.AdamW(self.net.parameters(), lr=1e-2)
        self.seen = DataLoader(Leaves(1200, 0), batch_size=24, shuffle=True, drop_last=True)
        self.unseen = DataLoader(Leaves(400, 1), batch_size=400)

    def one_epoch(self):
        self.net.train()
        batches = iter(self.seen)
        while (batch := next(batches, None)) is not None:  # expect: TRN604
            self.optim.zero_grad()
            F.cross_entropy(self.net(batch["measured"]), batch["kind"]).backward()
            self.optim.step()

    def test(self):
        self.net.eval()
        with torch.inference_mode():
            for batch in self.unseen:
                right = self.net(batch["measured"]).argmax(-1) == batch["kind"]
        return right.float().mean().item()


run = Run()
for epoch in range(20):
    run.one_epoch()
    print(epoch, f"{run.test():.3f}")
