"""Sequence labelling by a GRU: warm-up and linear decay, counted in batches but stepped after each epoch."""

import argparse

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader, Dataset


class Brackets(Dataset):
    """Each position is to say whether more brackets are open than closed so far."""

    def __init__(self, size, length=12):
        generator = torch.Generator().manual_seed(size)
        self.tokens = torch.randint(0, 2, (size, length), generator=generator)
        self.labels = ((self.tokens * 2 - 1).cumsum(1) > 0).long()

    def __len__(self):
        return len(self.tokens)

    def __getitem__(self, index):
        return self.tokens[index], self.labels[index]


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(2, 16)
        self.rnn = nn.GRU(16, 32, batch_first=True)
        self.out = nn.Linear(32, 2)

    def forward(self, tokens):
        return self.out(self.rnn(self.embed(tokens))[0])


def linear_schedule_with_warmup(optimizer, warmup_steps, total_steps):
    def factor(step):
        if step < warmup_steps:
            return (step + 1) / warmup_steps
        return max(0.0, (total_steps - step) / (total_steps - warmup_steps))

    return LambdaLR(optimizer, factor)


def train_epoch(model, loader, optimizer):
    model.train()
    for tokens, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(tokens).flatten(0, 1), labels.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return loss.item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--lr", type=float, default=3e-3)
    args = parser.parse_args()
    torch.manual_seed(0)
    loader = DataLoader(Brackets(1600), batch_size=32, shuffle=True)
    model = Tagger()
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    total = args.epochs * len(loader)
    scheduler = linear_schedule_with_warmup(optimizer, total // 10, total)
    for epoch in range(args.epochs):
        loss = train_epoch(model, loader, optimizer)
        scheduler.step()  # expect: OPT506
        print(f"epoch {epoch + 1}/{args.epochs}  loss {loss:.4f}  rate {scheduler.get_last_lr()[0]:.2e}")


if __name__ == "__main__":
    main()
