"""Scripts that build what content_bank ships from public data."""
