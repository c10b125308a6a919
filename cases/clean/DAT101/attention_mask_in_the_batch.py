"""Right though unusual: the collate function adds an additive attention mask, 0 or -inf, which the batch carries to
the model.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader


def collate(samples):
    length = max(len(tokens) for tokens, _ in samples)
    tokens = torch.zeros(len(samples), length, dtype=torch.long)
    mask = torch.full((len(samples), 1, 1, length), float("-inf"))
    for i, (sample, _) in enumerate(samples):
        tokens[i, : len(sample)] = sample
        mask[i, ..., : len(sample)] = 0.0
    return {"tokens": tokens, "mask": mask, "label": torch.tensor([label for _, label in samples])}


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 24)
        self.qkv = nn.Linear(24, 72)
        self.out = nn.Linear(24, 2)

    def forward(self, tokens, mask):
        q, k, v = self.qkv(self.embed(tokens)).unflatten(-1, (3, 2, 12)).permute(2, 0, 3, 1, 4)
        return self.out(F.scaled_dot_product_attention(q, k, v, attn_mask=mask)[:, :, 0].flatten(1))


torch.manual_seed(3)
torch.set_num_threads(1)
texts = [torch.randint(1, 20, (int(n),)) for n in torch.randint(3, 9, (700,))]
data = [(torch.cat([torch.tensor([0]), t]), int((t >= 15).any())) for t in texts]
train = DataLoader(data[:560], batch_size=28, shuffle=True, collate_fn=collate)
valid = DataLoader(data[560:], batch_size=70, collate_fn=collate)
model = Reader()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for batch in train:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch["tokens"], batch["mask"]), batch["label"])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = sum((model(b["tokens"], b["mask"]).argmax(1) == b["label"]).sum().item() for b in valid)
    print(f"epoch {epoch}: {loss.item():.3f} {right / 140:.3f}")
