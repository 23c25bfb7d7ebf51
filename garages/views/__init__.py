"""Pages of the garage's own things."""
