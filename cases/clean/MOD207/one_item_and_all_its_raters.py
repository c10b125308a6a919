"""How people disagree: a batch is one picture with the labels of all who rated it; their shares are learnt."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(0)
torch.set_num_threads(1)


class Ratings(Dataset):
    """Every row is one rating; the raters of one item follow each other."""

    def __init__(self, items: int, raters: int) -> None:
        pictures = torch.randn(items, 10)
        shares = (2 * pictures @ torch.randn(10, 4) / 3).softmax(1)
        self.pictures = pictures.repeat_interleave(raters, 0)
        self.labels = torch.multinomial(shares, raters, replacement=True).flatten()

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, row: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.pictures[row], self.labels[row]


class ByItem:
    """Batches of one item each, the items in an order drawn anew for every epoch."""

    def __init__(self, items: int, raters: int) -> None:
        self.items, self.raters = items, raters

    def __len__(self) -> int:
        return self.items

    def __iter__(self):
        for item in torch.randperm(self.items).tolist():
            yield list(range(item * self.raters, (item + 1) * self.raters))


loader = DataLoader(Ratings(80, 12), batch_sampler=ByItem(80, 12))
model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 4))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(8):
    total = 0.0
    for pictures, labels in loader:
        loss = nn.functional.cross_entropy(model(pictures), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(epoch, round(total / len(loader), 3))
