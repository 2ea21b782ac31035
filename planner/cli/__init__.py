"""One file a command: arguments in, one clear sentence and an exit status out."""
