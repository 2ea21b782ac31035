"""LinkedIn: posts of a member or a page by its versioned REST interface; in beta."""
