"""Pages and addresses of private files: downloads, and uploads in pieces."""
