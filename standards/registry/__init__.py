"""The register publishes what may be relied on: solutions, needs, matching, certificates."""
