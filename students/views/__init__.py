"""Pages about a training, beside those of its sessions: one module a subject."""
