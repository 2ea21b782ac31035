"""Mastodon, and servers that speak its language, through Mastodon.py."""
