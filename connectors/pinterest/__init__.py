"""Pinterest: pins with their image and link by the v5 interface; in beta."""
