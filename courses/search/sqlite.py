"""SQLite: FTS5 for finding, a trigram table of words for typing mistakes.

Migration 0005 makes both tables and the triggers that keep them equal to the rows. Words are letters and digits only
and stand in quotes, so nothing of a query can be read as an operator.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from .engine import MOST_BODIES, MOST_TITLES, Hit, may_be_open

LAST_LETTER = "\U0010ffff"  # sorts after all others
PUBLISHED = """
    FROM courses_searchtext
    JOIN courses_searchentry entry ON entry.id = courses_searchtext.rowid
    JOIN courses_course course ON course.id = entry.course_id
    LEFT JOIN courses_lesson lesson ON lesson.id = entry.lesson_id
    WHERE courses_searchtext MATCH CASE
        WHEN NOT EXISTS (SELECT 1 FROM courses_searchword WHERE word = %s)
        AND EXISTS (SELECT 1 FROM courses_searchword WHERE word >= %s AND word < %s)
        THEN %s ELSE %s END
    AND course.archived_at IS NULL AND course.published_at <= %s
    AND (entry.lesson_id IS NULL OR lesson.archived_at IS NULL AND lesson.published_at <= %s)
"""
# bm25 is negative, better is lower; squeezed to between 0 and 1 like PostgreSQL's rank.
FIND = f"""
    WITH titles AS MATERIALIZED (
        SELECT entry.id, entry.kind, entry.title, 1 AS in_title, bm25(courses_searchtext, 10.0, 1.0) AS rank
        {PUBLISHED} LIMIT {MOST_TITLES}
    ),
    bodies AS MATERIALIZED (
        SELECT entry.id, entry.kind, entry.title, 0 AS in_title, bm25(courses_searchtext, 10.0, 1.0) AS rank
        {PUBLISHED} AND (SELECT count(*) FROM titles) < {MOST_TITLES} LIMIT {MOST_BODIES}
    ),
    found AS (SELECT * FROM titles UNION ALL SELECT * FROM bodies WHERE id NOT IN (SELECT id FROM titles))
    SELECT id, kind FROM found ORDER BY
        (lower(title) = %s) * 8
        + in_title * (2 + 2.0 * %s / max(length(title) - length(replace(title, ' ', '')) + 1, %s))
        + rank / (rank - 1.0)
        + CASE kind WHEN 'course' THEN 0.4 WHEN 'lesson' THEN 0.3 WHEN 'concept' THEN 0.15 ELSE 0 END DESC,
        id
"""
TRIGRAMS = """SELECT * FROM (
    SELECT %s, word FROM courses_searchtrigram WHERE courses_searchtrigram MATCH %s ORDER BY rank LIMIT 60)"""
SAME_START = """SELECT * FROM (
    SELECT %s, word FROM courses_searchword
    WHERE word >= %s AND word < %s AND length(word) BETWEEN %s AND %s LIMIT 5000)"""


class SqliteEngine:
    def find(self, words: Sequence[str], title: str, at: datetime, *, every: bool = True) -> list[Hit]:
        joint = " AND " if every else " OR "
        match = joint.join(f'"{word}"' for word in words)
        open_match = f"{match}*" if may_be_open(words[-1]) else match
        start, now = words[-1], connection.ops.adapt_datetimefield_value(at)
        beginning = [start, start, start + LAST_LETTER]
        in_title = [*beginning, f"title : ({open_match})", f"title : ({match})", now, now]
        anywhere = [*beginning, open_match, match, now, now]
        parameters = [*in_title, *anywhere, title, len(words), len(words)]
        with connection.cursor() as cursor:
            cursor.execute(FIND, parameters)
            return [Hit(*row) for row in cursor.fetchall()]

    def similar(self, words: Sequence[str]) -> Mapping[str, Sequence[str]]:
        statements: list[str] = []
        parameters: list[str | int] = []
        for word in words:
            statements.append(SAME_START)
            parameters += [word, word[0], word[0] + LAST_LETTER, len(word) - 2, len(word) + 2]
            if len(word) >= 3:
                trigrams = {word[start : start + 3] for start in range(len(word) - 2)}
                statements.append(TRIGRAMS)
                parameters += [word, " OR ".join(f'"{trigram}"' for trigram in sorted(trigrams))]
        found: dict[str, list[str]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(" UNION ".join(statements), parameters)
            for typed, known in cursor.fetchall():
                found[typed].append(known)
        return found
