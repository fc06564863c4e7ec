"""What writes behaviour."""
