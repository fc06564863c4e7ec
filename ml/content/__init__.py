"""What products say of themselves: terms of their texts."""
