"""Threads: text posts by Meta's two steps, a container and its publication; in beta."""
