"""The domain: one Django app, four slices, each one act by one party."""
