"""A buyer writes a tender: lots, requirements, publication, exports."""
