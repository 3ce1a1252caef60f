"""Neural models: one session a file and process, and the lengths of sounds that models know but do not tell."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _

from .protocol import CannotSpeak

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


@dataclass(frozen=True)
class Model:
    name: str
    session: "InferenceSession"
    tells_lengths: bool  # as the last output
    inputs: Mapping[str, str]  # name → type

    def run(self, values: Mapping[str, np.ndarray]) -> list[Any]:
        """Raises CannotSpeak when the model does not take the values or breaks down."""
        try:
            return list(self.session.run(None, dict(values)))
        except Exception as error:  # onnxruntime's own errors have no class in common
            raise CannotSpeak(
                _("The voice file %(file)s stopped with an error (%(error)s). Try again, or choose another voice.")
                % {"file": self.name, "error": type(error).__name__}
            ) from error


class Shelf:
    """Loads each model once, whoever asks first; the others wait."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.models: dict[Path, Model] = {}

    def model(self, path: Path, lengths: str) -> Model:
        """lengths: name of the inner value that holds how long each sound is."""
        with self.lock:
            if path not in self.models:
                self.models[path] = load(path, lengths)
            return self.models[path]


shelf = Shelf()


def load(path: Path, lengths: str) -> Model:
    """Raises CannotSpeak for a file that is no model."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    # One thread: the queue runs one job at a time beside the web, and more threads gain little on short sentences.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # the first try may fail on purpose

    def session(data: bytes) -> InferenceSession:
        return InferenceSession(data, options, providers=["CPUExecutionProvider"])

    try:
        data = path.read_bytes()
        try:
            found, tells = session(data + extra_output(lengths)), True
        except Exception:  # onnxruntime has no common class; another export names its values otherwise
            found, tells = session(data), False
    except Exception as error:
        raise CannotSpeak(
            _("The voice file %(file)s cannot be loaded (%(error)s). Choose another voice, or tell the operator.")
            % {"file": path.name, "error": type(error).__name__}
        ) from error
    return Model(path.name, found, tells, {each.name: each.type for each in found.get_inputs()})


def extra_output(name: str) -> bytes:
    """Bytes that make a value inside a model one of its outputs.

    A model is a protobuf message, and parsers merge a field that comes twice: appended, this is
    ModelProto{graph{output{name}}}, fields 7, 12 and 1.
    """
    message = name.encode()
    for field in (1, 12, 7):
        message = bytes([field << 3 | 2]) + _varint(len(message)) + message
    return message


def _varint(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(high) if high else bytes([low])
