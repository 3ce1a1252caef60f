"""A client that takes what it is sent to the end, as browsers do: `answer.body`. No open file outlives its test."""

from typing import Any

from django.test import Client


class ReadingClient(Client):
    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        answer.body = answer.getvalue()
        return answer
