"""What nobody sends by accident. script/bench says how long it takes to be refused."""


def nested(depth, make):
    value = "x"
    for _ in range(depth):
        value = make(value)
    return value


HOSTILE = {
    "lists five deep": lambda: nested(5, lambda inner: [inner]),
    "lists 100,000 deep": lambda: nested(100_000, lambda inner: [inner]),
    "maps 100,000 deep": lambda: nested(100_000, lambda inner: {"1": inner}),
    "a text over 100 KB": lambda: "x" * (100 * 1024 + 1),
    "100 KB of wide letters": lambda: "ß" * (51 * 1024),
    "many small texts": lambda: ["x" * 100] * 1_100,
    "a list too long": lambda: ["x"] * 100_000,
    "a map too wide": lambda: {str(number): "x" for number in range(100_000)},
    "a name over 100 KB": lambda: {"x" * 200_000: "x"},
    "lists of lists": lambda: [["x"] * 1_000] * 1_000,
    "a huge number": lambda: 10**5_000,
    "infinity": lambda: float("inf"),
    "not a number": lambda: {"1": float("nan")},
    "half a letter": lambda: "\ud800",
    "half a letter in a name": lambda: {"\udfff": "x"},
    "a null character": lambda: ["a\0b"],
    "bytes": lambda: b"x",
    "a set": lambda: {"x"},
    "a name that is no text": lambda: {1: "x"},
}

# Longer than any answer; some grow when they are normalised.
LONG = [
    "x" * 100_000,
    " " * 100_000,
    "a " * 50_000,
    "(" * 100_000,
    "9" * 100_000,
    "1," * 50_000,
    "m*" * 50_000,
    "e" * 100_000,
    "\ufdfa" * 30_000,  # each is eighteen letters once normalised
    "e" + "\u0301" * 50_000,
    "½" * 50_000,
    "²" * 50_000,
    "!" * 100_000,
    "1 " * 30_000 + "x",
    "\u200b" * 30_000,
]
