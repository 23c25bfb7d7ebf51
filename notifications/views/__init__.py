"""What staff see of messages."""
