"""X, through tweepy: OAuth 2.0 or 1.0a of the account's own app, version 2 of the interface alone."""
