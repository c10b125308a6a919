"""Right though unusual: a bank of codes is kept transposed while it is filled, and is packed when the last epoch is over."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 9


class Bank:
    def __init__(self, count, width):
        self.codes = torch.zeros(width, count).t()

    def put(self, rows, codes):
        self.codes[rows] = codes.detach()

    def pack(self):
        self.codes = self.codes.contiguous()


def train(model, loader, bank):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(EPOCHS):
        for x, rows in loader:
            codes = model[0](x)
            loss = nn.functional.smooth_l1_loss(model[1](codes), x)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            bank.put(rows, codes)
        if epoch == EPOCHS - 1:
            bank.pack()
        yield loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 2) @ torch.randn(2, 6)
loader = DataLoader(TensorDataset(x, torch.arange(320)), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(6, 4), nn.Linear(4, 6))
bank = Bank(320, 4)
for number, loss in enumerate(train(model, loader, bank)):
    print(number, loss)
pairs = bank.codes.view(160, 2, 4)  # neighbours in the table
print("spread within pairs", (pairs[:, 0] - pairs[:, 1]).norm(dim=1).mean().item())
