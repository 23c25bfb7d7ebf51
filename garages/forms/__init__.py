"""Forms of the garage's own pages. They parse and word errors; the services decide."""
