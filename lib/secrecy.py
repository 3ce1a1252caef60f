"""Addresses that are keys do not get into logs: feeds of learners, signed addresses of files."""

import logging
import re

KEY = re.compile(r"(/(?:feeds|audio)/)[\w=:.~-]{16,}")


def without_keys(text: str) -> str:
    return KEY.sub(r"\1…", text)


class KeysInAddresses(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if (plain := without_keys(text)) != text:
            record.msg, record.args = plain, ()
        if record.exc_info and not record.exc_text:
            # What the formatter would write itself, and keep.
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_keys(record.exc_text)
        return True
