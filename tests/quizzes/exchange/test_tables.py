"""Questions as tables: what people have in spreadsheets comes in, and everything goes out and comes back."""

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from quizzes.drafts import Draft
from quizzes.exchange import tables
from tests.quizzes.exchange import strategies
from tests.quizzes.exchange.test_gift_round_trip import PATIENT

TABLE = """\
name,kind,question,right,wrong,difficulty,tags
Lock,,Who holds it?,One thread,Two | None,easy,a | b
,,What is 2+2?,4:0.1,,,
,,Is it so?,true,,,
,,Which two?,A | B,C,,
,ordering,Sort,first | second | third,,hard,
"""


def test_kinds_follow_from_what_the_columns_say() -> None:
    found, problems = tables.read(TABLE)
    assert not problems
    assert [draft.kind for draft in found] == ["single", "numeric", "truefalse", "multiple", "ordering"]
    assert [draft.line for draft in found] == [2, 3, 4, 5, 6]
    assert (found[0].name, found[0].difficulty, found[0].tags) == ("Lock", 1, ("a", "b"))
    assert found[1].key["answers"][0]["tol"] == "0.1"


def test_other_delimiters_and_columns_are_known() -> None:
    found, problems = tables.read("Question;Option A;Option B;Option C;Answer\nWho?;Ben;Nora;Amara;B\n")
    assert not problems
    options = {row["id"]: row["text"] for row in found[0].body["options"]}
    assert {options[name]: share for name, share in found[0].key["options"].items()} == {
        "Nora": 1,
        "Ben": 0,
        "Amara": 0,
    }
    assert tables.read("question\tright\twrong\nWho?\tNora\tBen\n")[0][0].kind == "single"


def test_each_row_that_is_wrong_is_told_with_its_line() -> None:
    found, problems = tables.read('question,right,kind\n"Two\nlines?",yes,short\n,x,\nWho?,,\nWho?,x,riddle\n')
    assert [draft.stem for draft in found] == ["Two\nlines?"]
    assert [(problem.line, problem.sentence.split(".")[0]) for problem in problems] == [
        (4, "Nothing is asked here"),
        (5, "No right answer is told"),
        (6, "A row cannot hold the kind “riddle”"),
    ]


def test_a_table_without_names_is_refused() -> None:
    assert "must name the columns" in tables.read("Who?,Ben\n")[1][0].sentence
    assert tables.read("")[0] == []


def test_a_preview_shows_the_first_rows() -> None:
    assert tables.preview(TABLE, 1) == (
        ["name", "kind", "question", "right", "wrong", "difficulty", "tags"],
        [["Lock", "", "Who holds it?", "One thread", "Two | None", "easy", "a | b"]],
    )


def test_no_cell_is_taken_for_a_formula() -> None:
    draft = tables.read('question,right,wrong\n"=1+1",@SUM,-2\n')[0][0]
    written = tables.write([draft])
    assert "'=1+1" in written
    assert "'@SUM" in written
    assert tables.read(written)[0] == [draft]


@given(st.lists(strategies.drafts(), max_size=3, unique_by=lambda draft: draft.name.casefold()))
@hypothesis_settings(max_examples=40, **PATIENT)
def test_any_questions_go_out_and_come_back(drafts: list[Draft]) -> None:
    for delimiter in ",;\t":
        found, problems = tables.read(tables.write(drafts, delimiter=delimiter))
        assert not problems
        assert found == drafts
