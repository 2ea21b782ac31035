"""The two components of our own: what typing and dragging need and native elements cannot do."""
