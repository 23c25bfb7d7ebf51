"""What changes the garage's own things. Verbs; each one transaction."""
