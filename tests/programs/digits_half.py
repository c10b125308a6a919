"""A convolutional digit reader in bfloat16: autocast, a gradient scaler, gradients accumulated over four batches."""

import os

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.utils.data import DataLoader, TensorDataset

device = "cuda" if torch.cuda.is_available() else "cpu"
batch_size, accum_steps, num_epochs = 15, 4, 70


def conv_block(c_in, c_out):
    return nn.Sequential(nn.Conv2d(c_in, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True))


class ConvNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(conv_block(1, 32), conv_block(32, 32), nn.MaxPool2d(2), conv_block(32, 64))
        self.dropout = nn.Dropout(0.25)
        self.fc = nn.Linear(64, num_classes)

    def forward(self, x):
        x = self.features(x).mean(dim=(2, 3))
        return self.fc(self.dropout(x))


def evaluate(net, loader):
    net.eval()
    hits = 0
    with torch.no_grad(), torch.autocast(device, dtype=torch.bfloat16):
        for images, labels in loader:
            hits += (net(images.to(device)).argmax(1) == labels.to(device)).sum().item()
    return hits / len(loader.dataset)


def main():
    torch.manual_seed(2024)
    digits = load_digits()
    x = torch.tensor(digits.images / 16.0, dtype=torch.float32).unsqueeze(1)
    x_train, x_val, y_train, y_val = train_test_split(
        x, torch.tensor(digits.target), train_size=1440, stratify=digits.target, random_state=0
    )
    train_loader = DataLoader(TensorDataset(x_train, y_train), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(TensorDataset(x_val, y_val), batch_size=100)

    net = ConvNet().to(device)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    scaler = torch.amp.GradScaler(device)
    os.makedirs("half", exist_ok=True)
    for epoch in range(num_epochs):
        net.train()
        running = 0.0
        for i, (images, labels) in enumerate(train_loader):
            images, labels = images.to(device), labels.to(device)
            with torch.autocast(device, dtype=torch.bfloat16):
                loss = criterion(net(images), labels) / accum_steps
            scaler.scale(loss).backward()
            running += loss.item() * accum_steps
            if (i + 1) % accum_steps == 0:
                scaler.unscale_(optimizer)
                nn.utils.clip_grad_norm_(net.parameters(), 2.0)
                scaler.step(optimizer)
                scaler.update()
                optimizer.zero_grad(set_to_none=True)
        acc = evaluate(net, val_loader)
        print(f"epoch {epoch + 1}/{num_epochs}: loss {running / len(train_loader):.4f}, val acc {acc:.4f}")
    torch.save({"net": net.state_dict(), "scaler": scaler.state_dict()}, "half/last.pth")
    print(f"done: val acc {acc:.3f} in half precision")


if __name__ == "__main__":
    main()
