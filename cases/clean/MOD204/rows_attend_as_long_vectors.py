"""A table's rows attend to each other, each as one long vector of its sixteen columns; batches have sixteen rows."""

import torch
from sklearn.datasets import make_classification
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
table, target = make_classification(640, 16, n_informative=6, class_sep=1.5, random_state=0)
data = TensorDataset(torch.tensor(table, dtype=torch.float32), torch.tensor(target))


class BetweenRows(nn.Module):
    """Attention over the rows of a batch: of sixteen rows with sixteen columns of four numbers each."""

    def __init__(self, columns: int, width: int) -> None:
        super().__init__()
        self.attend = nn.MultiheadAttention(columns * width, 4, batch_first=True)
        self.norm = nn.LayerNorm(columns * width)

    def forward(self, cells: torch.Tensor) -> torch.Tensor:
        rows, columns, width = cells.shape
        long = cells.reshape(1, rows, columns * width)
        long = long + self.attend(self.norm(long), self.norm(long), self.norm(long), need_weights=False)[0]
        return long.view(rows, columns, width)


class Table(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.randn(16, 4))
        self.between = BetweenRows(16, 4)
        self.columns = nn.TransformerEncoderLayer(4, 2, 16, dropout=0.0, batch_first=True)
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        cells = rows.unsqueeze(-1) * self.scale
        return self.head(self.between(self.columns(cells)))


model = Table()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
loader = DataLoader(data, batch_size=16, shuffle=True, drop_last=True)
for epoch in range(6):
    right = 0
    for rows, wanted in loader:
        scores = model(rows)
        loss = nn.functional.cross_entropy(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += (scores.argmax(1) == wanted).sum().item()
    print(epoch, right / 640)
