"""Webhooks that the platform sends (Standard Webhooks): signed, retried, and never to an address of its own network."""
