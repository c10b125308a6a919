"""Handwritten digits with a validation pass after each epoch."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(64, 80)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(80, 10)

    def forward(self, x):
        return self.out(self.drop(F.relu(self.hidden(x))))


def main():
    torch.manual_seed(0)
    digits = load_digits()
    data = TensorDataset(torch.tensor(digits.data, dtype=torch.float32) / 16, torch.tensor(digits.target))
    train_set, val_set = random_split(data, [1400, 397])
    train_loader = DataLoader(train_set, batch_size=50, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=100)
    model = Classifier()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for epoch in range(5):
        model.train()
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()

        model.eval()
        val_loss, correct = 0.0, 0
        for images, labels in val_loader:
            optimizer.zero_grad()
            logits = model(images)
            loss = F.cross_entropy(logits, labels)
            loss.backward()
            optimizer.step()  # expect: EVA706
            val_loss += loss.item() * len(labels)
            correct += (logits.argmax(1) == labels).sum().item()
        print(f"epoch {epoch}: validation loss {val_loss / len(val_set):.3f}, accuracy {correct / len(val_set):.3f}")


if __name__ == "__main__":
    main()
