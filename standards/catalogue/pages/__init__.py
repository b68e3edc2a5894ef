"""The pages of the catalogue: the public’s, and those of the centre’s officers."""
