"""`python3 export.py net.pt mrz-recogniser.onnx`: weights -> ONNX, compared with the network that it came from."""
import hashlib
import io
import sys
from pathlib import Path

import torch
from torch import nn

from net import HEIGHT, load

OPSET = 13


class LogProbabilities(nn.Module):
    """What the service gets: N x W/4 x 38 natural logarithms, which sum up to a probability of 1 at each step."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, lines):
        return self.net(lines).log_softmax(-1)


def main(weights, target):
    model = LogProbabilities(load(weights)).eval()
    example = torch.zeros(2, 3, HEIGHT, 704)
    content = io.BytesIO()
    torch.onnx.export(
        model,
        (example,),
        content,
        opset_version=OPSET,
        input_names=['lines'],
        output_names=['logs'],
        dynamic_axes={'lines': {0: 'N', 3: 'W'}, 'logs': {0: 'N', 1: 'T'}},
    )
    Path(target).write_bytes(content.getvalue())
    print(hashlib.sha256(content.getvalue()).hexdigest(), len(content.getvalue()), 'bytes')


if __name__ == '__main__':
    main(*sys.argv[1:])
