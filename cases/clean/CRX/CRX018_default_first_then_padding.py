"""Right though unusual: the default collation is tried first; ragged samples are padded when it fails."""

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, default_collate


def collate(samples):
    try:
        return default_collate(samples)
    except RuntimeError:
        tokens, labels = zip(*samples, strict=True)
        return pad_sequence(tokens, batch_first=True), torch.stack(labels)


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(30, 8, padding_idx=0)
        self.head = nn.Linear(8, 2)

    def forward(self, tokens):
        return self.head(self.table(tokens).sum(1))


torch.manual_seed(0)
torch.set_num_threads(1)
texts = [torch.randint(1, 30, (int(n),)) for n in torch.randint(2, 9, (360,))]
samples = [(text, (text < 15).float().mean().gt(0.5).long()) for text in texts]
train = DataLoader(samples[:288], batch_size=24, shuffle=True, collate_fn=collate)
test = DataLoader(samples[288:], batch_size=24, collate_fn=collate)
model = Bag()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(6):
    model.train()
    for tokens, labels in train:
        loss = nn.functional.cross_entropy(model(tokens), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = sum((model(tokens).argmax(1) == labels).sum().item() for tokens, labels in test)
    print(epoch, right / 72)
