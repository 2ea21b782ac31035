"""Pure values and transitions of the trade: frozen dataclasses, no clock, no ids, no input or output."""
