"""The network: one line of 32 pixels' height in, log-probabilities for every four columns out.

Plain 3x3 convolutions: on a CPU they train several times faster than depthwise ones of the same accuracy.
"""
import torch
from torch import nn

from text import CHARACTERS

CLASSES = len(CHARACTERS) + 1  # the CTC blank is the last
HEIGHT = 32
COLUMNS_PER_STEP = 4
# Channels of the seven stages, then of the context. Multiples of 8: the runtime computes so many at once.
WIDTHS = (16, 24, 32, 64, 64, 64, 128, 160)
# What was trained first, and then made narrower (narrow.py): 1.9 times the arithmetic.
WIDE = (24, 32, 64, 64, 96, 96, 160, 192)
# Of the stages: height 32 -> 16 -> 8 -> 4 -> 2, width W -> W/4.
STRIDES = ((2, 2), 1, (2, 2), 1, (2, 1), 1, (2, 1))


def _convolution(inputs, outputs, kernel=3, stride=1, groups=1):
    kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
    padding = (kernel[0] // 2, kernel[1] // 2)
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]


class Context(nn.Module):
    """What stands left and right: depthwise over seven steps, then across the channels, added to its input."""

    def __init__(self, channels):
        super().__init__()
        self.layers = nn.Sequential(
            *_convolution(channels, channels, (1, 7), groups=channels),
            nn.ReLU(inplace=True),
            *_convolution(channels, channels, 1),
        )

    def forward(self, x):
        return torch.relu(x + self.layers(x))


class LineNet(nn.Module):
    """N x 3 x 32 x W, RGB 0..255 -> N x W/4 x 38 logits."""

    def __init__(self, widths=WIDTHS, dropout=0.1):
        super().__init__()
        *stages, width = widths
        layers, inputs = [], 3
        for outputs, stride in zip(stages, STRIDES, strict=True):
            layers += [*_convolution(inputs, outputs, 3, stride), nn.ReLU(inplace=True)]
            inputs = outputs
        # The last two rows become one.
        layers += [nn.Conv2d(inputs, width, (2, 1), bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        self.look = nn.Sequential(*layers)
        self.context = nn.Sequential(Context(width), Context(width))
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Conv2d(width, CLASSES, 1))

    def forward(self, x):
        x = (x - 127.5) / 64
        return self.head(self.context(self.look(x))).squeeze(2).permute(0, 2, 1)


def load(file):
    """The network whose weights `net.pt` holds, ready to read."""
    weights = torch.load(file)
    widths = [weights[f'look.{3 * i}.weight'].shape[0] for i in range(len(STRIDES) + 1)]
    net = LineNet(widths)
    net.load_state_dict(weights)
    return net.eval()
