"""Makes a trained network narrower: each layer keeps the channels that matter most, with their weights.

What it reads then is poor until it is trained on: `train.py FOLDER --from wide.pt`.
"""
from net import STRIDES

LAYERS = len(STRIDES) + 1
CONTEXTS = 2


def narrowed(weights, widths):
    """The weights of `net.pt` for a `LineNet(widths)`."""
    kept = {name: tensor.clone() for name, tensor in weights.items()}
    for layer, width in enumerate(widths):
        channels = _importance(kept, layer).argsort(descending=True)[:width].sort().values
        for name, axis in _touched(layer):
            kept[name] = kept[name].index_select(axis, channels)
    return kept


def _importance(weights, layer):
    """How far a channel can move what comes after it: its scale times the weights that it meets there."""
    readers = [f'look.{3 * layer + 3}.weight']
    if layer == LAYERS - 1:
        readers = ['head.1.weight', *(f'context.{i}.layers.3.weight' for i in range(CONTEXTS))]
    met = sum(weights[name].abs().sum((0, 2, 3)) for name in readers)
    return weights[f'look.{3 * layer + 1}.weight'].abs() * met


def _touched(layer):
    """(tensor, axis) of everything that has one entry for each channel of the layer."""
    yield f'look.{3 * layer}.weight', 0
    yield from _norm(f'look.{3 * layer + 1}')
    if layer < LAYERS - 1:
        yield f'look.{3 * layer + 3}.weight', 1
        return
    # What a context adds, it adds to its own input: all of them share the channels.
    for i in range(CONTEXTS):
        yield f'context.{i}.layers.0.weight', 0
        yield from _norm(f'context.{i}.layers.1')
        yield f'context.{i}.layers.3.weight', 0
        yield f'context.{i}.layers.3.weight', 1
        yield from _norm(f'context.{i}.layers.4')
    yield 'head.1.weight', 1


def _norm(name):
    for part in ('weight', 'bias', 'running_mean', 'running_var'):
        yield f'{name}.{part}', 0
