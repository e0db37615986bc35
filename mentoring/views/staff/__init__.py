"""The staff's pages of mentoring: contests, sessions, and what the school arranges for a training."""
