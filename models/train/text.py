"""What the lines say: machine-readable zones with right check digits, and lines that no grammar helps to guess.

Names are syllables drawn at random and numbers are drawn at random: no line is about a person.
"""
CHARACTERS = '<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
LETTERS = CHARACTERS[11:]
DIGITS = CHARACTERS[1:11]
LONGEST = 44
VALUES = {c: 0 if c == '<' else int(c, 36) for c in CHARACTERS}

STATES = (
    'UTO USA GBR D<< FRA ESP ITA PRT NLD BEL LUX CHE AUT POL CZE SVK HUN ROU BGR GRC HRV SVN SRB BIH MKD ALB MNE TUR '
    'UKR MDA LTU LVA EST FIN SWE NOR DNK ISL IRL MLT CYP CAN MEX BRA ARG CHL PER COL VEN ECU URY CHN JPN KOR TWN HKG '
    'MAC IND PAK BGD LKA NPL THA VNM MYS SGP IDN PHL AUS NZL EGY MAR DZA TUN NGA KEN GHA ETH COD ISR SAU ARE QAT KWT '
    'OMN IRN IRQ JOR KAZ UZB GEO ARM XXA XXX XPO EUE UNO DOM'
).split()
SYLLABLES = (
    'AN AR BE BER BO CA CHE CO DA DE DI DO EL EN ER ES FA FE GA GER HA HE HO IN IS JA JO KA KE KO KOW LA LE LI LO MA '
    'MAN ME MI MO MU NA NE NI NO OL ON OR OS PA PE PO QUI RA RE RI RO SA SCH SE SI SKI SO SON STA STE TA TE TI TO TRA '
    'UL UR VA VE VI VO VIC WA WE WI WOL XA XI YA YE YO YU ZA ZE ZI ZO BJ OE UE AE QU IC OV EV OO OU DO OD GO OG'
).split()

# Pairs and triples that cameras confuse, each several times; a line of them is told by its pixels or not at all.
CONFUSABLE = 'O0O0O0O0QQDD0O0OI1I1LI1B8B8S5S5Z2Z2G6G6UVUVYTKXMNWHCGECC9473PRFAJ<'
# A number made of these asks the same question where real ones ask it.
CONFUSABLE_NUMBER = 'O0O0O0I1B8S5Z2G6QD'


def check_digit(text):
    """ICAO 9303 part 3, section 4.9."""
    return str(sum(VALUES[c] * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


def pick(rng, characters, count):
    return ''.join(rng.choices(characters, k=count))


def filled(text, width):
    return text[:width].ljust(width, '<')


def name(rng):
    return ''.join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 4)))[:13]


def names(rng, width):
    surname = '<'.join(name(rng) for _ in range(rng.choice((1, 1, 1, 2))))
    given = '<'.join(name(rng) for _ in range(rng.choice((1, 1, 2, 2, 3))))
    return filled(f'{surname}<<{given}' if rng.random() < 0.95 else surname, width)


def number(rng, width):
    kind = rng.random()
    if kind < 0.25:
        text = pick(rng, DIGITS, width)
    elif kind < 0.5:
        letters = rng.randint(1, 3)
        text = pick(rng, LETTERS, letters) + pick(rng, DIGITS, width - letters)
    elif kind < 0.6:
        text = rng.choice(LETTERS + DIGITS) * rng.randint(3, 7) + pick(rng, DIGITS, width)
    elif kind < 0.75:
        text = pick(rng, CONFUSABLE_NUMBER, width)
    else:
        text = pick(rng, LETTERS + DIGITS * 2, width)
    return filled(text[: rng.randint(5, width) if rng.random() < 0.2 else width], width)


def optional(rng, width):
    kind = rng.random()
    if kind < 0.35:
        return '<' * width
    if kind < 0.6:
        return filled(number(rng, min(width, rng.randint(6, 12))), width)
    if kind < 0.8:
        return filled(pick(rng, DIGITS, rng.randint(1, width)), width)
    return pick(rng, CHARACTERS + DIGITS * 3, width)


def date(rng):
    return f'{rng.randint(0, 99):02}{rng.randint(1, 12):02}{rng.randint(1, 31):02}'


def checked(text):
    return text + check_digit(text)


def state(rng):
    return rng.choice(STATES) if rng.random() < 0.8 else pick(rng, LETTERS, 3)


def two_letters(rng, first, usual):
    return rng.choice(usual) if rng.random() < 0.6 else first + rng.choice(LETTERS + '<')


def card_line(rng, row):
    """A line of TD1 (part 5)."""
    optional_one, optional_two = optional(rng, 15), optional(rng, 11)
    document = checked(number(rng, 9))
    birth, expiry = checked(date(rng)), checked(date(rng))
    if row == 0:
        return two_letters(rng, rng.choice('AIC'), ('I<', 'ID', 'IR', 'AC', 'A<', 'C1', 'IP')) + state(rng) + document + optional_one
    if row == 1:
        composite = check_digit(document + optional_one + birth + expiry + optional_two)
        return birth + sex(rng) + expiry + state(rng) + optional_two + composite
    return names(rng, 30)


def sex(rng):
    return rng.choice('MFMFMF<X')


def french_line(rng, row):
    """The French card of 1995 to 2021."""
    if row == 0:
        return 'IDFRA' + filled(name(rng), 25) + rng.choice(('<' * 6, pick(rng, DIGITS, 6), pick(rng, CHARACTERS, 6)))
    return checked(pick(rng, DIGITS, 12)) + names(rng, 14) + checked(date(rng)) + sex(rng) + rng.choice(DIGITS)


def two_line(rng, kind, row):
    """A line of a passport (TD3, part 4), a card (TD2, part 6) or a visa (part 7)."""
    width = 44 if kind in ('TD3', 'MRV-A') else 36
    if row == 0:
        first, usual = {'TD3': ('P', ('P<', 'P<', 'PD', 'PS', 'PO')), 'TD2': ('I', ('I<', 'ID', 'AC'))}.get(kind, ('V', ('V<',)))
        return two_letters(rng, first, usual) + state(rng) + names(rng, width - 5)
    document, birth, expiry = checked(number(rng, 9)), checked(date(rng)), checked(date(rng))
    line = document + state(rng) + birth + sex(rng) + expiry
    if kind == 'TD3':
        more = optional(rng, 14)
        more += '<' if set(more) == {'<'} and rng.random() < 0.5 else check_digit(more)
    elif kind == 'TD2':
        more = optional(rng, 7)
    else:
        return line + optional(rng, width - len(line))
    return line + more + check_digit(document + birth + expiry + more)


def format_line(rng):
    kind = rng.choices(('TD3', 'TD1', 'TD2', 'MRV-A', 'MRV-B', 'FRA-ID'), (8, 9, 3, 2, 2, 2))[0]
    if kind == 'TD1':
        return card_line(rng, rng.randrange(3))
    return french_line(rng, rng.randrange(2)) if kind == 'FRA-ID' else two_line(rng, kind, rng.randrange(2))


def free_line(rng, width):
    kind = rng.random()
    if kind < 0.35:
        return pick(rng, CHARACTERS, width)
    if kind < 0.7:
        return pick(rng, CONFUSABLE, width)
    if kind < 0.85:
        return pick(rng, LETTERS * 2 + '<' * 9, width)
    # Runs: where one character stands many times in a row, a reader may lose count.
    text = ''
    while len(text) < width:
        text += rng.choice(CHARACTERS) * rng.randint(1, 5) if rng.random() < 0.5 else pick(rng, CHARACTERS, 4)
    return text[:width]


def line(rng, fewest, most):
    """Between `fewest` and `most` characters: 60% of a format, or a window of one, 40% free."""
    for _ in range(20):
        text = format_line(rng) if rng.random() < 0.6 else free_line(rng, rng.randint(fewest, min(LONGEST, most)))
        if len(text) > most:
            start = rng.randint(0, len(text) - most)
            text = text[start : start + most]
        if len(text) >= fewest:
            return text
    return free_line(rng, fewest)
