"""The centre's pages of the catalogue: what is drafted, proposed, signed and withdrawn."""
