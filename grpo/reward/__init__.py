"""What a completion is paid: measures, levels of them, and code of others in a sandbox."""
