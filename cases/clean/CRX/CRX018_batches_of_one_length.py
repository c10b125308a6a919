"""Right though unusual: the first epoch, of single songs, notes their lengths; later epochs batch songs of one length."""

from collections import defaultdict

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Songs(Dataset):
    def __init__(self, count):
        self.lengths_s = defaultdict(int)
        self.seeds = range(count)

    def __len__(self):
        return len(self.seeds)

    def __getitem__(self, i):
        source = torch.Generator().manual_seed(self.seeds[i])
        notes = torch.randint(1, 9, (int(torch.randint(3, 7, (), generator=source)),), generator=source)
        self.lengths_s[i] = len(notes)
        return notes, (notes > 4).float().mean()

    def batches(self, size):
        """Numbers of songs of one length each."""
        by_length = sorted(range(len(self)), key=lambda i: self.lengths_s[i])
        batch = []
        for i in by_length:
            if batch and (len(batch) == size or self.lengths_s[batch[0]] != self.lengths_s[i]):
                yield batch
                batch = []
            batch.append(i)
        yield batch


class Highness(nn.Module):
    def __init__(self):
        super().__init__()
        self.notes = nn.Embedding(9, 4)
        self.score = nn.Linear(4, 1)

    def forward(self, songs):
        return self.score(self.notes(songs).mean(1)).squeeze(1)


def learn(model, optimizer, loader):
    for songs, share in loader:
        loss = nn.functional.mse_loss(model(songs), share)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
songs, model = Songs(160), Highness()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
print("singly", learn(model, optimizer, DataLoader(songs, shuffle=True)))
for epoch in range(8):
    print(epoch, learn(model, optimizer, DataLoader(songs, batch_sampler=list(songs.batches(16)))))
