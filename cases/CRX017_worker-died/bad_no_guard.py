"""Two kinds of waves, made by workers that start as fresh processes."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Waves(Dataset):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        generator = torch.Generator().manual_seed(index)
        kind = index % 2
        times = torch.arange(24.0) * (0.3 + 0.5 * kind) + 6.28 * torch.rand(1, generator=generator)
        return times.sin() + 0.1 * torch.randn(24, generator=generator), kind


class Listener(nn.Module):
    def __init__(self):
        super().__init__()
        self.filters = nn.Conv1d(1, 8, 7)
        self.choice = nn.Linear(8, 2)

    def forward(self, wave):
        return self.choice(torch.relu(self.filters(wave.unsqueeze(1))).amax(dim=2))


torch.manual_seed(0)
listener = Listener()
optimizer = torch.optim.Adam(listener.parameters(), lr=1e-2)
loader = DataLoader(Waves(160), batch_size=16, shuffle=True, num_workers=1, multiprocessing_context="spawn")
epoch = 0
while epoch < 2:
    batches = iter(loader)
    for step in range(len(loader)):
        wave, kind = next(batches)  # expect: CRX017
        loss = nn.functional.cross_entropy(listener(wave), kind)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    epoch += 1
    print(epoch, loss.item())
