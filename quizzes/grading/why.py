"""The reasons of a grade: [[code, datum], …], told in the order they stand in. Who shows them puts them into words.

blank          None
unreadable     {"code", "datum"}: put into words by quizzes.grading.unreadable.sentence
manual         None: a person marks it
cannot_say     None: a formula that could not be compared; a person marks it
void           None: the question does not count against anybody, everybody has full marks
also           {"index"}: another accepted key earned it, the one at `index` of KeyRevision.also

option         {"id", "ppm"}: single, truefalse
ticks          {"right", "wrong", "missed", "of", "rule"}: multiple; counts of ticks, `of` right options
pairs          {"right", "of", "wrong": [left ids], "rule"}: matching
order          {"rule", "swapped", "in_place", "of"}: ordering; `swapped` pairs stand the wrong way round
gap            {"gap", "weight", "ppm", "state", "why"}: cloze, once for each gap, with the reasons of the gap

read           {"value", "unit"}: numeric, the number as it was understood
converted      {"value", "unit"}: the same in the unit of the key
unit_missing   {"unit"}: the number is right, its unit is not there; the unit of the key
unit_wrong     {"unit"}: the number is right, its unit is another
figures        {"written", "wanted"}: significant figures
matched        numeric {"index", "ppm", "value", "kind", "tol", "to"} (what the key has of these),
               short {"text", "ppm"}: the answer of the key that was met
equal          {"index", "expr", "ppm"}: formula, the answer of the key that it equals
unmatched      None: it meets no answer of the key
rejected       {"text"}: a word that the author names as wrong
near           {"text"}: it may be a slip of the pen for this word; it earns nothing

feedback       Markdown of the author, for this answer
misconception  the author's tag
"""

GENERAL = ("blank", "unreadable", "manual", "cannot_say", "void", "also", "feedback", "misconception")
CHOSEN = ("option", "ticks", "pairs", "order", "gap")
WRITTEN = (
    "read",
    "converted",
    "unit_missing",
    "unit_wrong",
    "figures",
    "matched",
    "equal",
    "unmatched",
    "rejected",
    "near",
)
CODES = frozenset(GENERAL + CHOSEN + WRITTEN)
