"""WordPress: blog posts by the site's own REST interface and an application password."""
