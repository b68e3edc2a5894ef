"""Pages of accreditations, examinations and certificates."""
