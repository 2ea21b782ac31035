"""Bluesky, or any other server of the AT protocol: posts, threads, images, link cards and reply control by its own API."""
