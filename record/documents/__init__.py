"""Private files: purposes, the store, what a file really is, serving it, and taking it in."""
