"""Words as lists of token numbers, labels beside them."""

import torch
from torch.utils.data import DataLoader

torch.manual_seed(0)
words = [{"tokens": [1, 2, 3][: 1 + i % 3], "label": float(i % 2)} for i in range(60)]
table = torch.nn.Embedding(4, 6)
head = torch.nn.Linear(6, 1)
sgd = torch.optim.SGD([*table.parameters(), *head.parameters()], lr=0.1)
for epoch in range(2):
    for batch in DataLoader(words, batch_size=6):  # expect: CRX018
        tokens = torch.stack(batch["tokens"], dim=1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            head(table(tokens).mean(1)).squeeze(1), batch["label"].float()
        )
        sgd.zero_grad()
        loss.backward()
        sgd.step()
