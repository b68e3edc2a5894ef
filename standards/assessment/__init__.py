"""A provider answers it: solutions, releases, facts, answers, evidence, declarations, claims."""
