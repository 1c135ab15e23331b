"""What earlier runs left, and whether it still holds."""
