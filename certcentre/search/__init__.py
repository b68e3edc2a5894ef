"""Finding by words: the same words, the same answers and the same order on both databases."""
