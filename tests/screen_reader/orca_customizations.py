"""Orca runs this at its start: what it would speak and each key that reaches it become lines of $ORCA_SPOKEN (JSON).

Not imported by any test. No speech server is needed, so no sound either. Written for Orca 43.
"""

import json
import os
from pathlib import Path

from orca import input_event, speech

_spoken = Path(os.environ["ORCA_SPOKEN"]).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - open as long as Orca


def _write(kind, text):
    _spoken.write(json.dumps([kind, text]) + "\n")


def _say_all(utterances, _progress):
    for context, _voice in utterances:
        _write("say", context.utterance)


def _note_key(self, event, _init=input_event.KeyboardEvent.__init__):
    _init(self, event)
    if self.isPressedKey():
        _write("key", self.event_string)


speech.init = lambda *_args: None
speech._speak = lambda text, _voice, _interrupt: _write("say", text)
speech.sayAll = _say_all
speech.speakCharacter = lambda character, _voice=None: _write("say", character)
speech.speakKeyEvent = lambda *_args: None
input_event.KeyboardEvent.__init__ = _note_key
