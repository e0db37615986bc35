"""The assessor's pages: their defences, the recording and the outcome of each."""

from .defences import cancel, defence, home, join, recording

__all__ = ["cancel", "defence", "home", "join", "recording"]
