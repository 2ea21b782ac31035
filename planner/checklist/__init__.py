"""Text in, findings out: the confidentiality and tone checklist. No clock, no network, no database."""
