"""What cannot be asked or graded as it stands, whichever file it came from."""

from quizzes.drafts import Draft
from quizzes.grading.mistakes import mistakes as told_by_grading

from .problems import Problem


def mistakes(draft: Draft) -> list[Problem]:
    """draft: in its normal form."""
    found = told_by_grading(draft.kind, draft.body, draft.key, draft.stem)
    return [Problem(draft.line, str(mistake.sentence)) for mistake in found]
