"""Pages of mentoring: parse, call one service or selector, render."""
