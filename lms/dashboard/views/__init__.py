"""Views of the start pages and of running the site, one module per page."""
