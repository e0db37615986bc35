"""Registered letters (B6): printed, handed over once to a carrier, and followed until they are received."""
