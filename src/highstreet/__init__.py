"""Highstreet: a static site generator for a whole street of shops."""

__version__ = "0.1.0"
