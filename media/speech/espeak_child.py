"""A program of its own: says sentences with the eSpeak NG library, for whoever holds its standard input.

Not imported by anything. The library is one global state in C, so it gets a process; that process can be killed when
it hangs, and the library's licence stays with it. Arguments: the library, the folder of its data.
In: lines of JSON {"text", "voice", "speed", "pitch"}. Out: four bytes of length, JSON {"rate", "bytes", "words",
"error"}, then the samples, 16 bits. A word is [start in seconds, place, length], in characters of the text.
"""

import ctypes
import json
import resource
import sys

SYNCHRONOUS, NO_EXIT, UTF8, BY_CHARACTER = 2, 0x8000, 1, 1
RATE, PITCH = 1, 3  # parameters
NORMAL_RATE = 165  # words a minute
MEMORY = 512 * 1024 * 1024
WORD = 1


class Identity(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", Identity),
    ]


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


class Talker:
    def __init__(self, library: str, data: str) -> None:
        self.library = ctypes.CDLL(library)
        self.samples = bytearray()
        self.words: list[list[float]] = []
        self.rate = self.library.espeak_Initialize(SYNCHRONOUS, 0, data.encode(), NO_EXIT)
        if self.rate <= 0:
            raise SystemExit("eSpeak NG does not start")
        self.callback = CALLBACK(self.heard)  # the library keeps no reference of its own
        self.library.espeak_SetSynthCallback(self.callback)

    def heard(self, samples, count: int, events) -> int:  # type: ignore[no-untyped-def]
        if samples and count > 0:
            self.samples += ctypes.string_at(samples, count * 2)
        place = 0
        while events[place].type:
            event = events[place]
            if event.type == WORD:
                self.words.append([event.audio_position / 1000, event.text_position - 1, event.length])
            place += 1
        return 0

    def say(self, text: str, voice: str, speed: float, pitch: int) -> dict[str, object]:
        self.samples.clear()
        self.words.clear()
        if self.library.espeak_SetVoiceByName(voice.encode()):
            return {"error": "voice", "rate": self.rate, "bytes": 0, "words": []}
        self.library.espeak_SetParameter(RATE, round(NORMAL_RATE * speed), 0)
        self.library.espeak_SetParameter(PITCH, pitch, 0)
        encoded = text.encode() + b"\0"
        failed = self.library.espeak_Synth(encoded, len(encoded), 0, BY_CHARACTER, 0, UTF8, None, None)
        return {
            "error": "text" if failed else "",
            "rate": self.rate,
            "bytes": len(self.samples),
            "words": self.words,
        }


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    talker = Talker(sys.argv[1], sys.argv[2])
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        head = json.dumps(talker.say(**json.loads(line))).encode()
        out.write(len(head).to_bytes(4, "big") + head + bytes(talker.samples))
        out.flush()


if __name__ == "__main__":
    main()
