"""One file a page; each has `render(planner)`."""
