"""GIFT as people and other platforms write it: what it says, and what is told by its line."""

import pytest

from quizzes.drafts import Draft
from quizzes.exchange import gift


def one(text: str) -> Draft:
    found, problems = gift.read(text)
    assert not problems
    assert len(found) == 1
    return found[0]


def shares(draft: Draft) -> dict[str, float]:
    """Text of an option → its share."""
    texts = {row["id"]: row["text"] for row in draft.body["options"]}
    return {texts[option]: share for option, share in draft.key["options"].items()}


def told(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.sentence) for problem in gift.read(text)[1]]


def test_one_right_answer_with_weights_and_feedback() -> None:
    draft = one(
        "// a note\n::Who:: Who\\: Ben \\= Nora? {=Ben#Yes. ~%50%Nora ~[html]<b>Amara</b> #No.\n#### Because\\n\\nso.}"
    )
    assert (draft.kind, draft.name, draft.stem, draft.line) == ("single", "Who", "Who: Ben = Nora?", 2)
    assert shares(draft) == {"Ben": 1, "Nora": 0.5, "**Amara**": 0}
    assert sorted(draft.key["feedback"].values()) == ["No.", "Yes."]
    assert draft.explanation == "Because\n\nso."


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ("~%50%a ~%50%b ~c", "capped"),
        ("~%50%a ~%50%b ~%-100%c ~%-100%d", "no_wrong"),
        ("~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-50%d", "plus_minus"),
    ],
)
def test_weights_say_by_which_rule_several_right_answers_count(answers: str, rule: str) -> None:
    draft = one(f"Which? {{{answers}}}")
    assert (draft.kind, draft.key["rule"]) == ("multiple", rule)
    assert one(f"// [rule:all]\nWhich? {{{answers}}}").key["rule"] == "all"


@pytest.mark.parametrize("word", ["T", "TRUE", "true"])
def test_true_or_false(word: str) -> None:
    draft = one(f"So? {{{word}#Look again.#Right.}}")
    assert draft.key["options"] == {"true": 1, "false": 0}
    assert draft.key["feedback"] == {"false": "Look again.", "true": "Right."}
    assert one("So? {F}").key["options"] == {"true": 0, "false": 1}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("#9.81", ("9.81", "abs", "0", "")),
        ("#9.81:0.02", ("9.81", "abs", "0.02", "")),
        ("#9.7..9.9", ("9.7", "range", "", "9.9")),
        ("# =-1.5e3:10", ("-1.5e3", "abs", "10", "")),
    ],
)
def test_numbers(said: str, answer: tuple) -> None:
    draft = one(f"How much? {{{said}}}")
    row = draft.key["answers"][0]
    assert (draft.kind, (row["value"], row["kind"], row["tol"], row["to"])) == ("numeric", answer)


def test_several_numbers_units_and_figures() -> None:
    draft = one("// [unit:m/s] [sig:3] [unit_penalty:0.5]\nHow fast? {#=9.81#Yes =%50%98.1#Ten times.}")
    assert draft.body["asks_unit"]
    assert (draft.key["unit"], draft.key["unit_penalty"]) == ("m/s", 0.5)
    assert [(row["kind"], row["tol"], row["fraction"]) for row in draft.key["answers"]] == [
        ("sig", "3", 1),
        ("sig", "3", 0.5),
    ]


def test_short_answers_and_what_is_rejected() -> None:
    draft = one("// [case:yes] [reject:cell death]\nWhat divides? {=mitosis =%50%division =%0%meiosis#The other.}")
    assert [row["text"] for row in draft.key["answers"]] == ["mitosis", "division"]
    assert draft.key["reject"] == [
        {"text": "meiosis", "feedback": "The other."},
        {"text": "cell death", "feedback": ""},
    ]
    assert draft.key["case"]


def test_matching_with_more_targets_than_pairs() -> None:
    draft = one("Match. {=Oslo -> Norway =Rome -> Italy = -> Spain}")
    assert [row["text"] for row in draft.body["left"]] == ["Oslo", "Rome"]
    assert {row["text"] for row in draft.body["right"]} == {"Norway", "Italy", "Spain"}
    assert len(draft.key["pairs"]) == 2


def test_a_missing_word_is_a_gap_in_the_question() -> None:
    assert one("Threads {=overlap ~undo} waiting.").stem == "Threads _____ waiting."


def test_order_gaps_and_formulas_stand_in_comments() -> None:
    assert one("// [kind:ordering]\nSort. {=1 -> Mix =2 -> Bake}").key["rule"] == "kendall"
    draft = one("// [kind:cloze] [2.unit:kg]\nFill.\\n\\nBy [[1]], [[2]]. {=1 -> osmosis|Osmosis =2 -> \\#3\\:1}")
    assert (draft.stem, draft.body["text"]) == ("Fill.", "By [[1]], [[2]].")
    assert [row["text"] for row in draft.key["gaps"]["1"]["answers"]] == ["osmosis", "Osmosis"]
    assert (draft.body["gaps"]["2"]["kind"], draft.key["gaps"]["2"]["unit"]) == ("numeric", "kg")
    assert one("// [kind:formula] [vars:x,y]\nExpand. {=(x+y)^2}").body["vars"] == ["x", "y"]


def test_essays_with_and_without_criteria() -> None:
    assert len(one("Why? {}").key["rubric"]) == 1
    draft = one("// [words:200] [rubric:Reasons (0 1 2) x2] [sample:Because.\\nSo.]\nWhy? {}")
    assert draft.key["rubric"][0] | {"id": ""} == {"id": "", "title": "Reasons", "levels": [0, 1, 2], "weight": 2}
    assert (draft.body["words"], draft.key["sample"]) == (200, "Because.\nSo.")


def test_code_keeps_its_indent() -> None:
    draft = one("::Loop:: What is shown?\\n\n```python\nfor x in y:\n    print(x)\n\nprint()\n``` {=a ~b}")
    assert draft.stem == "What is shown?\n\n```python\nfor x in y:\n    print(x)\n\nprint()\n```"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Just a text.\n", 1, "This text asks nothing."),
        ("\nWhat? {=a ~b\n\n::Next:: So? {T}\n", 2, "The answers that begin here have no end."),
        ("\nWhat? {=a ~b\n\n// [tag:x]\n::Next:: So? {T}\n", 2, "The answers that begin here have no end."),
        ("What? =a}\n", 1, "There is a } without a {."),
        ("Is {\\frac{a}{b}} it? {T}\n", 1, "A question has one pair of braces"),
        ("::a:: b {T}\n\n::a:: c {T}\n", 3, "The question in line 1 has the same name."),
        ("::a b {T}\n", 1, "The name has no end."),
        ("{T}\n", 1, "Nothing is asked here."),
        ("What? {a =b}\n", 1, "Begin each answer with ="),
        ("What? {\n=a\n~%-25%b}\n", 3, "A wrong answer costs what the mock test says."),
        ("What? {~%60%a ~%40%b}\n", 1, "All right answers of a question count the same here."),
        ("What? {\n=bio*\n}\n", 2, "A star does not stand for any text here"),
        ("What? {\n#about 3}\n", 2, "“about 3” is no number."),
        ("What? {#=3 ~#no}\n", 1, "Feedback for all other numbers has no place here."),
        ("What? {\n=a -> b\n=c\n}\n", 0, ""),
        ("// [kind:riddle]\nWhat? {=a}\n", 1, "“riddle” is no kind. Write one of: single"),
        ("// [vars:x]\nWhat? {=a}\n", 1, "“vars” means nothing for the kind “short”."),
        ("// [case:yes] [case:no]\nWhat? {=a}\n", 1, "“case” is here twice."),
        ("// [tag:x] and more\nWhat? {=a}\n", 1, "This comment cannot be read."),
        ("// [kind:ordering]\nSort. {=1 -> a\n=3 -> b}\n", 3, "Number the items in the right order"),
        ("// [kind:cloze]\nBy [[1]] and [[2]]. {=1 -> a}\n", 2, "There is no answer for [[2]]."),
        ("So? {T} or not\n", 1, "There is text behind the answers."),
        (f"{'x' * 10_001} {{T}}\n", 1, "This question has 10001 characters; at most 10000 fit."),
        (f"What? {{{'~a' * 51} =b}}\n", 1, "There are 52 answers. Keep to 50."),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(text: str, line: int, said: str) -> None:
    found = told(text)
    assert [(line, True)] == [(at, sentence.startswith(said)) for at, sentence in found] if said else not found


def test_everything_that_is_wrong_is_told_at_once_and_the_rest_is_read() -> None:
    found, problems = gift.read("One {\n\n::Two:: Good? {T}\n\nThree\n\n::Four:: Good? {F}\n")
    assert [draft.name for draft in found] == ["Two", "Four"]
    assert [problem.line for problem in problems] == [1, 5]


@pytest.mark.parametrize(
    "text",
    [
        "{" * 200_000,
        "\\" * 200_001,
        "// " + "[a:" * 100_000,
        "::" + "a:" * 200_000,
        "x {" + "=%" * 100_000 + "}",
        "x {" + "#" * 200_000 + "}",
        "x {#" + "9" * 100_000 + "}",
        "x {=" + "->" * 100_000 + "}",
        "```\n" * 50_000,
        "a {T}\n\n" * 20_000,
        "[[1]]" * 50_000 + " {=1 -> a}",
        "x" * 6_000_000,
    ],
    ids=range(12),
)
def test_hostile_files_are_refused_at_once(text: str) -> None:
    found, problems = gift.read(text)
    assert len(found) <= 10_000
    assert len(problems) <= 501
