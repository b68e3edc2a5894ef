"""An expert body writes the standard: editions, criteria, rules, needs, and what applies."""
