"""What each database needs to search the entries.

SQLite's triggers hang on the table: a later migration that makes SQLite rebuild `courses_searchentry` or
`courses_searchword` must run `forwards` of this one again.
"""

from django.db import migrations

# Punctuation becomes space, so that PostgreSQL's parser sees no paths, hosts or signed numbers, only words.
PUNCTUATION = r"'[!-/:-@\[-`{-~]+', ' ', 'g'"
STEMMED = "CASE WHEN language LIKE 'en%' THEN to_tsvector('english', {0}) ELSE to_tsvector('simple', {0}) END"
TITLE = STEMMED.format(f"regexp_replace(title, {PUNCTUATION})")
BODY = STEMMED.format(f"regexp_replace(body || ' ' || variants, {PUNCTUATION})")

POSTGRES = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"""ALTER TABLE courses_searchentry
        ADD COLUMN title_words tsvector GENERATED ALWAYS AS ({TITLE}) STORED,
        ADD COLUMN words tsvector GENERATED ALWAYS AS (setweight({TITLE}, 'A') || setweight({BODY}, 'D')) STORED""",
    "CREATE INDEX searchentry_title_words ON courses_searchentry USING gin (title_words)",
    "CREATE INDEX searchentry_words ON courses_searchentry USING gin (words)",
    "CREATE INDEX searchword_trigrams ON courses_searchword USING gin (word gin_trgm_ops)",
]
POSTGRES_BACK = [
    "DROP INDEX searchword_trigrams",
    "ALTER TABLE courses_searchentry DROP COLUMN words, DROP COLUMN title_words",
]

NEW_TEXT = "INSERT INTO courses_searchtext(rowid, title, body) VALUES (new.id, new.title, new.body);"
OLD_TEXT = (
    "INSERT INTO courses_searchtext(courses_searchtext, rowid, title, body)"
    " VALUES ('delete', old.id, old.title, old.body);"
)
NEW_WORD = "INSERT INTO courses_searchtrigram(rowid, word) VALUES (new.id, new.word);"
OLD_WORD = "INSERT INTO courses_searchtrigram(courses_searchtrigram, rowid, word) VALUES ('delete', old.id, old.word);"
SQLITE = [
    """CREATE VIRTUAL TABLE courses_searchtext USING fts5(title, body, content='courses_searchentry', content_rowid='id',
        tokenize='porter unicode61 remove_diacritics 2')""",
    f"CREATE TRIGGER searchtext_new AFTER INSERT ON courses_searchentry BEGIN {NEW_TEXT} END",
    f"CREATE TRIGGER searchtext_old AFTER DELETE ON courses_searchentry BEGIN {OLD_TEXT} END",
    f"CREATE TRIGGER searchtext_edit AFTER UPDATE ON courses_searchentry BEGIN {OLD_TEXT} {NEW_TEXT} END",
    """CREATE VIRTUAL TABLE courses_searchtrigram USING fts5(word, content='courses_searchword', content_rowid='id',
        tokenize='trigram')""",
    f"CREATE TRIGGER searchtrigram_new AFTER INSERT ON courses_searchword BEGIN {NEW_WORD} END",
    f"CREATE TRIGGER searchtrigram_old AFTER DELETE ON courses_searchword BEGIN {OLD_WORD} END",
    f"CREATE TRIGGER searchtrigram_edit AFTER UPDATE ON courses_searchword BEGIN {OLD_WORD} {NEW_WORD} END",
    # What the tables held before (when this runs again after a rebuild).
    "INSERT INTO courses_searchtext(courses_searchtext) VALUES ('rebuild')",
    "INSERT INTO courses_searchtrigram(courses_searchtrigram) VALUES ('rebuild')",
]
SQLITE_BACK = [
    *(
        f"DROP TRIGGER IF EXISTS search{table}_{what}"
        for table in ("text", "trigram")
        for what in ("new", "old", "edit")
    ),
    "DROP TABLE IF EXISTS courses_searchtext",
    "DROP TABLE IF EXISTS courses_searchtrigram",
]


def forwards(apps, schema_editor):
    run(schema_editor, POSTGRES if schema_editor.connection.vendor == "postgresql" else [*SQLITE_BACK, *SQLITE])


def backwards(apps, schema_editor):
    run(schema_editor, POSTGRES_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK)


def run(schema_editor, statements):
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("courses", "0004_search_entries")]

    operations = [migrations.RunPython(forwards, backwards)]
