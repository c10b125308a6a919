"""Transfer learning in a class: the pretrained body is frozen, and a new head is put in."""

import torch
from torch import nn


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(12, 32), nn.ReLU())
        self.head = nn.Linear(32, 4)

    def forward(self, x):
        return self.head(self.body(x))

    def fine_tune(self, classes):
        self.head = nn.Linear(32, classes)
        self.eval()
        for weight in self.parameters():
            weight.requires_grad_(False)  # expect: MOD212
        return self.train()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 12)
y = (x[:, 0] > 0).long() + (x[:, 1] > 0).long()
tagger = Tagger().fine_tune(3)
optimizer = torch.optim.AdamW(tagger.parameters(), lr=1e-2, weight_decay=0)
for epoch in range(5):
    for chosen in torch.randperm(400).split(40):
        loss = nn.functional.cross_entropy(tagger(x[chosen]), y[chosen]).requires_grad_()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
