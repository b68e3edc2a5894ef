"""Small files of our own making, one for each shape and trap."""

from pathlib import Path


def small(name):
    return (Path(__file__).parent / name).read_bytes()
