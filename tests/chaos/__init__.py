"""kill -9 of worker, beat, broker and web at random while deadlines fall due (script/chaos)."""
