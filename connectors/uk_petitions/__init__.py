"""UK Parliament petitions: signature counts and milestones, read only."""
