"""What a reading is worth, against what stands there."""
from text import CHARACTERS


def greedy(scores):
    """The likeliest class of each step, repeats folded, blanks dropped. `scores`: steps x 38."""
    text, last = '', len(CHARACTERS)
    for best in scores.argmax(-1):
        if best != len(CHARACTERS) and best != last:
            text += CHARACTERS[best]
        last = best
    return text


def distance(a, b):
    """Insertions, deletions and replacements from one text to the other."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def compare(pairs):
    """Of (truth, reading): lines exact, characters wrong."""
    exact = sum(truth == reading for truth, reading in pairs)
    wrong = sum(distance(truth, reading) for truth, reading in pairs)
    characters = sum(len(truth) for truth, _ in pairs)
    return f'{exact} of {len(pairs)} lines exact, {100 * wrong / characters:.2f}% of characters wrong'
