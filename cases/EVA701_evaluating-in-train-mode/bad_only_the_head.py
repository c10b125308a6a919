"""Polite or rude: short messages as word numbers, sorted by an embedding encoder and a small head."""

import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY, LENGTH, PAD = 60, 12, 0


class Encoder(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, width, padding_idx=PAD)
        self.hidden = nn.Linear(width, width)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        mask = (tokens != PAD).unsqueeze(-1)
        mean = (self.words(tokens) * mask).sum(1) / mask.sum(1)
        return F.dropout(F.relu(self.hidden(mean)), p=0.4, training=self.training)


class Classifier(nn.Module):
    def __init__(self, width: int = 48) -> None:
        super().__init__()
        self.encoder = Encoder(width)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(width, 2))

    def forward(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return self.head(self.encoder(batch["tokens"]))


def messages(count: int, generator: torch.Generator) -> list[dict[str, torch.Tensor]]:
    found = []
    for _ in range(count):
        rude = int(torch.randint(0, 2, (), generator=generator))
        words = torch.randint(1, 50, (LENGTH,), generator=generator)
        places = torch.randperm(8, generator=generator)[:3]
        words[places] = torch.randint(50 + 5 * rude, 55 + 5 * rude, (3,), generator=generator)
        words[8 + int(torch.randint(0, 4, (), generator=generator)) :] = PAD
        found.append({"tokens": words, "rude": torch.tensor(rude)})
    return found


def validate(model: Classifier, batches) -> float:
    model.head.eval()
    right = seen = 0
    with torch.inference_mode():
        for batch in batches:
            logits = model(batch)  # expect: EVA701
            right += int((logits.argmax(-1) == batch["rude"]).sum())
            seen += len(batch["rude"])
    return right / seen


def train(epochs: int = 5) -> None:
    torch.manual_seed(21)
    generator = torch.Generator().manual_seed(4)
    loader = torch.utils.data.DataLoader(messages(480, generator), batch_size=24, shuffle=True)
    held_out = torch.utils.data.DataLoader(messages(120, generator), batch_size=60)
    model = Classifier()
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    for epoch in range(epochs):
        model.train()
        for batch in loader:
            loss = F.cross_entropy(model(batch), batch["rude"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: {loss.item():.3f}, {validate(model, held_out):.1%} of the held-out messages")


if __name__ == "__main__":
    train()
