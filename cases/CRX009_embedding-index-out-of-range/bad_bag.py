"""Topics from bags of words."""

import torch
from torch import nn

torch.manual_seed(0)
documents = torch.randint(0, 50, (160, 12))
topic = (documents.float().mean(1) > 25).long()
bag = nn.EmbeddingBag(49, 8)
head = nn.Linear(8, 2)
sgd = torch.optim.SGD([{"params": bag.parameters()}, {"params": head.parameters()}], lr=0.5)


def train_one(words, label):
    sgd.zero_grad()
    loss = nn.functional.cross_entropy(head(bag(words)), label)  # expect: CRX009
    loss.backward()
    sgd.step()
    return float(loss)


for i in range(30):
    rows = torch.arange(160)
    print(i, train_one(documents[rows], topic[rows]))
