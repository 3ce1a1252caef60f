from tests.cast import _forget_pages, cast

__all__ = ["_forget_pages", "cast"]
