"""What of bids, and of what became of them, is not as the log has it."""

from certcentre.desk.record_check import differences

KINDS = ("bid", "bringing", "lot", "award")


def unlike():
    return [words for words in differences() if words.startswith(KINDS)]
