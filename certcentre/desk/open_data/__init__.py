"""What is given away whole: addresses for crawlers, feeds, and files of all that is public."""
