"""The rooms of the client: one per kind of thing, methods written once for both faces."""
