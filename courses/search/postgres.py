"""PostgreSQL: weighted full text for finding, trigrams for typing mistakes.

Migration 0005 adds `title_words` and `words` (tsvector, generated from the row) and their indexes. English texts are
stemmed; texts in other languages are matched word by word. Words are letters and digits only, so nothing of a query
can be read as an operator.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from .engine import MOST_BODIES, MOST_TITLES, Hit, may_be_open

PUBLISHED = """
    SELECT entry.id FROM courses_searchentry entry
    JOIN courses_course course ON course.id = entry.course_id
    LEFT JOIN courses_lesson lesson ON lesson.id = entry.lesson_id
    CROSS JOIN query
    WHERE course.archived_at IS NULL AND course.published_at <= %(now)s
    AND (entry.lesson_id IS NULL OR lesson.archived_at IS NULL AND lesson.published_at <= %(now)s)
"""
FIND = f"""
    WITH typed AS (
        SELECT CASE WHEN NOT EXISTS (SELECT FROM courses_searchword WHERE word = %(last)s)
        AND EXISTS (SELECT FROM courses_searchword WHERE word LIKE %(start)s)
        THEN %(open_words)s ELSE %(words)s END AS words
    ),
    query AS (SELECT to_tsquery('english', words) || to_tsquery('simple', words) AS words FROM typed),
    titles AS ({PUBLISHED} AND entry.title_words @@ query.words LIMIT {MOST_TITLES}),
    found AS (
        SELECT id FROM titles
        UNION
        ({PUBLISHED} AND entry.words @@ query.words AND (SELECT count(*) FROM titles) < {MOST_TITLES}
        LIMIT {MOST_BODIES})
    )
    SELECT entry.id, entry.kind FROM found JOIN courses_searchentry entry USING (id) CROSS JOIN query ORDER BY
        (lower(entry.title) = %(title)s)::int * 8
        + (entry.title_words @@ query.words)::int
        * (2 + 2.0 * %(count)s / greatest(length(entry.title_words), %(count)s))
        + ts_rank_cd(entry.words, query.words, 32)
        + CASE entry.kind WHEN 'course' THEN 0.4 WHEN 'lesson' THEN 0.3 WHEN 'concept' THEN 0.15 ELSE 0 END DESC,
        entry.id
"""
SIMILAR = """
    SELECT typed.word, known.word
    FROM unnest(%(words)s::text[]) AS typed(word)
    CROSS JOIN LATERAL (
        (SELECT word FROM courses_searchword WHERE word %% typed.word LIMIT 60)
        UNION
        (SELECT word FROM courses_searchword WHERE word LIKE left(typed.word, 1) || '%%'
         AND length(word) BETWEEN length(typed.word) - 2 AND length(typed.word) + 2 LIMIT 5000)
    ) AS known
"""


class PostgresEngine:
    def find(self, words: Sequence[str], title: str, at: datetime, *, every: bool = True) -> list[Hit]:
        joint = " & " if every else " | "
        query = joint.join(f"'{word}'" for word in words)
        parameters: dict[str, str | int | datetime] = {
            "words": query,
            "open_words": f"{query}:*" if may_be_open(words[-1]) else query,
            "last": words[-1],
            "start": f"{words[-1]}%",
            "title": title,
            "now": at,
            "count": len(words),
        }
        with connection.cursor() as cursor:
            cursor.execute(FIND, parameters)
            return [Hit(*row) for row in cursor.fetchall()]

    def similar(self, words: Sequence[str]) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(SIMILAR, {"words": list(words)})
            for typed, known in cursor.fetchall():
                found[typed].append(known)
        return found
