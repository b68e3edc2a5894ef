"""Work that takes longer than a request may: a row first, then whoever runs it."""
