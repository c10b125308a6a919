"""Right though unusual: the best score and the decision threshold live in buffers, to be in every checkpoint.

Both are set by validation in eval mode; training never reads them.
"""

import io

import torch
from torch import nn


class Detector(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.rnn = nn.GRU(2, width, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(width, 1)
        self.register_buffer("threshold", torch.zeros(()))
        self.register_buffer("best", torch.full((), -1.0))
        self.register_buffer("validations", torch.zeros((), dtype=torch.long))

    def forward(self, batch):
        states, _ = self.rnn(batch["series"])
        score = self.head(self.drop(states[:, -1])).squeeze(1)
        out = {"score": score}
        if "label" in batch:
            out["loss"] = nn.functional.binary_cross_entropy_with_logits(score, batch["label"])
            if not self.training:
                self._choose(score.detach(), batch["label"])
        if not self.training:
            out["alarm"] = score > self.threshold
        return out

    @torch.no_grad()
    def _choose(self, score, label):
        grid = score.quantile(torch.linspace(0.1, 0.9, 9))
        right = ((score > grid[:, None]) == label.bool()).float().mean(1)
        self.validations += 1
        if right.max() > self.best:
            self.best.copy_(right.max())
            self.threshold.copy_(grid[right.argmax()])


torch.manual_seed(0)
torch.set_num_threads(1)
series = torch.randn(420, 12, 2).cumsum(1)
label = (series[:, -1, 0] > series[:, 0, 1] + 1).float()
model = Detector()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
checkpoint = io.BytesIO()
for epoch in range(6):
    for rows in torch.randperm(320).split(40):
        optimizer.zero_grad()
        model({"series": series[rows], "label": label[rows]})["loss"].backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        loss = model({"series": series[320:], "label": label[320:]})["loss"].item()
    model.train()
    checkpoint.seek(0)
    torch.save(model.state_dict(), checkpoint)
    print(f"epoch {epoch}: {loss:.3f} best {model.best.item():.2f} at {model.threshold.item():+.2f}")
