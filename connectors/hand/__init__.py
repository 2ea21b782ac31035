"""Posting by hand: a card with the final text, a link into the platform's composer, and a notice; nothing is ever sent."""
