"""The step of `limber bench step --model simplebaseline-resnet18` in PyTorch: python3 pytorch-step.py <batch>"""

import json
import statistics
import sys
import time

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def create_model():
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True)]
    layers += [nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for outputs, stride in [(64, 1), (128, 2), (256, 2), (512, 2)]:
        layers += [Block(inputs, outputs, stride), Block(outputs, outputs, 1)]
        inputs = outputs
    for _ in range(3):
        layers += [nn.ConvTranspose2d(inputs, 256, 4, 2, 1, bias=False)]
        layers += [nn.BatchNorm2d(256), nn.ReLU(inplace=True)]
        inputs = 256
    return nn.Sequential(*layers, nn.Conv2d(256, 17, 1))


def measure(device, batch, is_mixed):
    model = create_model().to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = torch.randint(0, 256, (batch, 256, 192, 3), dtype=torch.uint8)
    target = torch.rand(batch, 17, 64, 48, device=device)
    seconds = []
    for _ in range(22):
        start = time.perf_counter()
        pixels = images.to(device).permute(0, 3, 1, 2).float() / 255
        with torch.autocast(device, dtype=torch.bfloat16, enabled=is_mixed):
            heatmaps = model(pixels)
        loss = nn.functional.mse_loss(heatmaps.float(), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[2:])


def main():
    batch = int(sys.argv[1])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    medians = {name: measure(device, batch, name != "32") for name in ("32", "bf16-mixed")}
    print(json.dumps({"torch": torch.__version__, "device": device, "medianStepSeconds": medians}))


main()
