"""Bids: what providers hand in for a lot, and how they are opened together."""
