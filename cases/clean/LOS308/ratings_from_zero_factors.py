"""Ratings by factors: those of the readers begin at zero, those of the books do not."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(0)
torch.set_num_threads(1)
taste = torch.randn(40, 3)
style = torch.randn(30, 3)


class Ratings(Dataset):
    def __init__(self, count: int) -> None:
        self.reader = torch.randint(40, (count,))
        self.book = torch.randint(30, (count,))
        self.stars = 3 + (taste[self.reader] * style[self.book]).sum(1) + 0.1 * torch.randn(count)

    def __len__(self) -> int:
        return len(self.stars)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        return {"reader": self.reader[index], "book": self.book[index], "stars": self.stars[index]}


class Factors(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.reader = nn.Embedding(40, 6)
        self.book = nn.Embedding(30, 6)
        nn.init.zeros_(self.reader.weight)
        nn.init.normal_(self.book.weight, std=0.5)
        self.mean = nn.Parameter(torch.tensor(3.0))

    def forward(self, reader: torch.Tensor, book: torch.Tensor) -> torch.Tensor:
        return self.mean + (self.reader(reader) * self.book(book)).sum(-1)


loader = DataLoader(Ratings(900), batch_size=64, shuffle=True)
model = Factors()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(18):
    total = 0.0
    for batch in loader:
        loss = nn.functional.mse_loss(model(batch["reader"], batch["book"]), batch["stars"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}: {total / len(loader):.3f}")
