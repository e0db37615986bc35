"""Addresses of mentoring's pages, one module an audience."""
