"""Aiken and Moodle XML on their way in."""

import pytest

from quizzes.drafts import Draft
from quizzes.exchange import aiken, moodle
from quizzes.exchange.html import to_markdown

AIKEN = """\
What holds a lock?
Think well.
A. One thread
B) Two threads
ANSWER: A

Is it so?
A. Yes
B. No
ANSWER: b
"""


def shares(draft: Draft) -> dict[str, float]:
    texts = {row["id"]: row["text"] for row in draft.body["options"]}
    return {texts[option]: share for option, share in draft.key["options"].items()}


def test_aiken_comes_in() -> None:
    found, problems = aiken.read(AIKEN)
    assert not problems
    assert [(draft.line, draft.stem) for draft in found] == [(1, "What holds a lock?\nThink well."), (7, "Is it so?")]
    assert shares(found[0]) == {"One thread": 1, "Two threads": 0}
    assert shares(found[1]) == {"Yes": 0, "No": 1}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (AIKEN.replace("ANSWER: A", "ANSWER: C"), 5, "“C” is none of the options."),
        (AIKEN.replace("B) Two threads\n", ""), 1, "Write two options or more"),
        ("A. x\nB. y\nANSWER: A\n", 1, "Nothing is asked here."),
        ("What?\nA. x\nB. y\n", 1, "This question has no answer."),
    ],
)
def test_what_is_wrong_with_aiken_is_told_by_its_line(text: str, line: int, said: str) -> None:
    problems = aiken.read(text)[1]
    assert (problems[0].line, problems[0].sentence.startswith(said)) == (line, True)


def question(kind: str, inner: str, text: str = "What?", name: str = "Q") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>{inner}</question>\n'
    )


def quiz(*questions: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "".join(questions) + "</quiz>\n"


def answer(text: str, fraction: float, more: str = "") -> str:
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{more}</answer>'


def one(kind: str, inner: str, text: str = "What?") -> Draft:
    found, problems = moodle.read(quiz(question(kind, inner, text)))
    assert not problems
    return found[0]


def test_moodle_choices() -> None:
    feedback = '<feedback format="html"><text>&lt;p&gt;Yes &lt;b&gt;it&lt;/b&gt; is.&lt;/p&gt;</text></feedback>'
    draft = one("multichoice", "<single>true</single>" + answer("One", 100, feedback) + answer("Two", -25))
    assert (draft.kind, shares(draft)) == ("single", {"One": 1, "Two": 0})
    assert list(draft.key["feedback"].values()) == ["Yes **it** is."]
    draft = one("multichoice", "<single>false</single>" + answer("a", 50) + answer("b", 50) + answer("c", -100))
    assert (draft.kind, len(draft.key["right"]), draft.key["rule"]) == ("multiple", 2, "no_wrong")
    assert one("truefalse", answer("true", 0) + answer("false", 100)).key["options"] == {"true": 0, "false": 1}


def test_moodle_words_numbers_and_pairs() -> None:
    draft = one("shortanswer", "<usecase>1</usecase>" + answer("Mitosis", 100) + answer("*", 0))
    assert ([row["text"] for row in draft.key["answers"]], draft.key["case"]) == (["Mitosis"], True)
    draft = one("numerical", answer("9.81", 100, "<tolerance>0.02</tolerance>"))
    assert (draft.kind, draft.key["answers"][0]["tol"]) == ("numeric", "0.02")
    pair = "<subquestion><text>{}</text><answer><text>{}</text></answer></subquestion>"
    draft = one("matching", pair.format("Oslo", "Norway") + pair.format("Rome", "Italy") + pair.format("", "Spain"))
    assert (len(draft.body["left"]), len(draft.body["right"])) == (2, 3)
    assert one("ordering", answer("Mix", 1) + answer("Bake", 1)).kind == "ordering"
    assert one("essay", "").key["rubric"]


def test_moodle_gaps() -> None:
    draft = one("cloze", "", "<p>Water: {1:SA:=osmosis~%50%diffusion~heat#No.}, {2:NM:=3.5:0.1}, {:MC:=up~down}.</p>")
    assert draft.body["text"] == "Water: [[1]], [[2]], [[3]]."
    assert [gap["kind"] for gap in draft.body["gaps"].values()] == ["short", "numeric", "single"]
    key = draft.key["gaps"]
    assert [row["fraction"] for row in key["1"]["answers"]] == [1, 0.5]
    assert (key["1"]["reject"][0]["text"], key["2"]["weight"]) == ("heat", 2)
    words = "<dragbox><text>cat</text><group>1</group></dragbox><dragbox><text>dog</text><group>1</group></dragbox>"
    draft = one("ddwtos", words, "<p>A [[2]] and a [[1]] and a [[2]].</p>")
    assert draft.body["text"] == "A [[1]] and a [[2]] and a [[3]]."
    assert len(draft.body["gaps"]["1"]["options"]) == 2


def test_categories_tags_and_equal_names() -> None:
    category = '<question type="category"><category><text>$course$/top/Locks</text></category></question>\n'
    tags = "<tags><tag><text>exam</text></tag></tags>"
    both = [question("truefalse", answer("true", 100) + answer("false", 0) + tags) for _ in range(2)]
    found, _problems = moodle.read(quiz(category, *both))
    assert [(draft.name, draft.category, draft.tags, draft.line) for draft in found] == [
        ("Q", "Locks", ("exam",), 4),
        ("Q (2)", "Locks", ("exam",), 5),
    ]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (question("description", ""), "which is not known here. Known are: multichoice"),
        (question("essay", "", "<img src='x.png'>"), "holds a picture or a recording."),
        (question("essay", "", "See @@PLUGINFILE@@/x"), "holds a picture or a recording."),
        (question("shortanswer", answer("bio*", 100)), "a star for any text"),
        (question("numerical", answer("much", 100)), "is no number"),
        (question("cloze", "", "{1:RIDDLE:=x}"), "A gap is of the kind “RIDDLE”"),
        (question("gapselect", "", "A [[3]]."), "There is no word for the gap [[3]]."),
    ],
)
def test_what_moodle_has_and_we_have_not_is_told(inside: str, said: str) -> None:
    good = question("truefalse", answer("true", 100) + answer("false", 0))
    found, problems = moodle.read(quiz(good, inside))
    assert len(found) == 1
    assert (problems[0].line, said in problems[0].sentence) == (4, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<!DOCTYPE q [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>', "defines entities"),
        ('<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>', "defines entities"),
        ("<quiz><question>", "not valid XML"),
        ("<html/>", "no file of questions"),
        ("", "not valid XML"),
        ("<quiz>" + "x" * 5_000_000 + "</quiz>", "too large"),
    ],
)
def test_hostile_xml_is_refused(text: str, said: str) -> None:
    found, problems = moodle.read(text)
    assert not found
    assert said in problems[0].sentence


def test_deep_xml_is_no_trouble() -> None:
    moodle.read("<quiz>" + "<a>" * 100_000 + "</a>" * 100_000 + "</quiz>")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<pre><code>x = 1\n  y</code></pre>", "```\nx = 1\n  y\n```"),
        ("2 * 3 and snake_case and $5", "2 \\* 3 and snake\\_case and \\$5"),
        (r"It is \(a_1\) or $$b^2$$", "It is $a_1$ or $b^2$"),
        ("a &lt;b&gt; <script>alert(1)</script><a href='javascript:x' onclick='y'>z</a>", "a <b> z"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown
