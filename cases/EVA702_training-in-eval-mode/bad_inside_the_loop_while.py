"""Characters of a made-up language, one step after another; the validation loss is measured every two steps."""

import torch
from torch import nn


class CharacterModel(nn.Module):
    def __init__(self, symbols=12, width=24):
        super().__init__()
        self.embed = nn.Embedding(symbols, width)
        self.drop = nn.Dropout(0.3)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, symbols)

    def forward(self, text, following=None):
        hidden, _ = self.gru(self.drop(self.embed(text)))
        scores = self.head(hidden)
        if following is None:
            return scores, None
        return scores, nn.functional.cross_entropy(scores.flatten(0, 1), following.flatten())


def get_batch(count=24, length=10):
    start = torch.randint(0, 12, (count, 1))
    text = (start + torch.arange(length + 1) * torch.randint(1, 3, (count, 1))) % 12
    return text[:, :-1], text[:, 1:]


@torch.no_grad()
def estimate_loss(model):
    model.eval()
    losses = torch.zeros(2)
    for k in range(2):
        losses[k] = model(*get_batch())[1].item()
    return losses.mean()


torch.manual_seed(3)
model = CharacterModel()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
step = 0
while True:
    _, loss = model(*get_batch())  # expect: EVA702
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    step += 1
    if step % 2 == 0:
        print(step, estimate_loss(model).item())
    if step >= 24:
        break
