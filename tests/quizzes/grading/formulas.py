"""A14: formulas that are equal, that differ, and that mean harm. script/bench times them too."""

# (wanted, given)
EQUAL = (
    ("(x+1)^2", "x^2+2x+1"),
    ("(x^2-1)/(x-1)", "x+1"),
    ("sin(x)^2+cos(x)^2", "1"),
    ("exp(x)*exp(y)", "e^(x+y)"),
    ("ln(x*y)", "ln(x)+ln(y)"),
    ("sqrt(x^2*y)", "x*sqrt(y)"),
    ("sin(2x)", "2sin(x)cos(x)"),
    ("1/x+1/y", "(x+y)/(x*y)"),
    ("(x+y)^7-(x+y)^7", "0"),
    ("x^(1/2)", "sqrt(x)"),
)
DIFFERENT = (
    ("(x+1)^2", "x^2+1"),
    ("-x^2", "(-x)^2"),
    ("sin(x)^2", "sin(x^2)"),
    ("ln(x+y)", "ln(x)+ln(y)"),
    ("sqrt(x^2+y^2)", "x+y"),
    ("1/(2x)", "1/2x"),
    ("2^x", "x^2"),
    ("x/3", "0.333x"),
)
HOSTILE = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0]",
    "eval(x)",
    "lambda: x",
    "x if x else y",
    "9^9^9^9^9",
    "x^(10^(10^10))",
    "(" * 256,
    "^" * 256,
    "-" * 256,
    "x^" * 127 + "x",
    "(x+1)^" + "9" * 240,
    "exp(exp(exp(exp(exp(x)))))",
    "1/(x-x)",
]
