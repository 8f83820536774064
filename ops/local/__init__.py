"""The laptop platform: one supervisor, every server and every role as its child."""
