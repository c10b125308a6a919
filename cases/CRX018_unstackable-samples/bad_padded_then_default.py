"""A collation of its own pads the texts and leaves the rest to the default one."""

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, default_collate


def collate(samples):
    texts = pad_sequence([sample.pop("text") for sample in samples], batch_first=True)
    return default_collate(samples) | {"text": texts}  # expect: CRX018


torch.manual_seed(0)
samples = []
for i in range(96):
    length = int(torch.randint(3, 7, ()))
    text = torch.randint(1, 20, (length,))
    samples.append({"text": text, "mask": torch.ones(length), "label": int(text[0] < 10)})
table, head = nn.Embedding(20, 6), nn.Linear(6, 2)
optimizer = torch.optim.Adam([*table.parameters(), *head.parameters()], lr=1e-2)
for batch in DataLoader(samples, batch_size=16, collate_fn=collate):
    mean = (table(batch["text"]) * batch["mask"][..., None]).sum(1) / batch["mask"].sum(1, keepdim=True)
    loss = nn.functional.cross_entropy(head(mean), batch["label"])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
