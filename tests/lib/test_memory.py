import pytest

from lib.memory import STORES, Memory


@pytest.fixture
def memory():
    yield Memory("test", {"max_entries": 3, "timeout": 60})
    STORES.pop("test", None)


def test_it_hands_out_the_very_object(memory):
    value = ("a", "b")
    memory.set("x", value)
    assert memory.get("x") is value
    assert Memory("test", {}).get("x") is value


def test_it_forgets_what_was_not_asked_for_the_longest(memory):
    for key in "abc":
        memory.set(key, key)
    memory.get("a")
    memory.set("d", "d")
    assert [memory.get(key) for key in "abcd"] == ["a", None, "c", "d"]


def test_values_expire(memory, monkeypatch):
    memory.set("x", 1, timeout=10)
    memory.set("y", 1, timeout=None)
    monkeypatch.setattr("lib.memory.time.time", lambda: 10**11)
    assert memory.get("x", "gone") == "gone"
    assert memory.get("y") == 1


def test_it_does_what_a_cache_does(memory):
    assert memory.add("x", None)
    assert not memory.add("x", 2)
    assert memory.has_key("x")
    assert memory.get("x", "default") is None
    assert memory.touch("x")
    assert not memory.touch("y")
    memory.set("n", 1)
    assert memory.incr("n") == 2
    assert memory.delete("x")
    assert not memory.delete("x")
    memory.clear()
    assert memory.get_many(["n"]) == {}
