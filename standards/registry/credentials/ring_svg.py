"""The ring of assurance as a picture of its own, for paper and badges."""

# arcs of the ring, each heavier than the one before; the last is thin until it is closed
QUARTERS = (
    ("M13.22 2.07A10 10 0 0 1 21.93 10.78", 2.8),
    ("M21.63 13.18A9.7 9.7 0 0 1 13.18 21.63", 3.4),
    ("M10.86 21.28A9.35 9.35 0 0 1 2.72 13.14", 4.1),
)
CLOSED = ("M3.03 11.22A9 9 0 0 1 11.22 3.03", 4.8)
OPEN = (  # the four, thin: what is not closed yet
    ("M13.32 1.28A10.8 10.8 0 0 1 22.72 10.68", 1.2),
    ("M22.72 13.32A10.8 10.8 0 0 1 13.32 22.72", 1.2),
    ("M10.68 22.72A10.8 10.8 0 0 1 1.28 13.32", 1.2),
    ("M1.28 10.68A10.8 10.8 0 0 1 10.68 1.28", 1.2),
)
CHECK = "M9.9 12.2l1.5 1.5 2.8-3.1"
STRUCK = "M3 21L21 3"
PETROL, WHITE = "#0b5a70", "#ffffff"


def arcs(level: int, *, ink: str = PETROL, ground: str = WHITE, struck: bool = False) -> str:
    """The parts of a drawing of 24 by 24: each level closes a quarter, and the core is filled
    only where somebody independent looked."""
    ring = [*[*QUARTERS, CLOSED][:level], *OPEN[level:]]
    drawn = [
        f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{width}"/>'
        for path, width in (ring if not struck else [(path, 1.2) for path, _width in ring])
    ]
    if struck:
        drawn.append(f'<path d="{STRUCK}" stroke="{ink}" stroke-width="2.2"/>')
        return "".join(drawn)
    if level >= 3:
        drawn.append(f'<circle cx="12" cy="12" r="{4.7 if level >= 4 else 3.9}" fill="{ink}"/>')
    if level >= 4:
        drawn.append(
            f'<path d="{CHECK}" fill="none" stroke="{ground}" stroke-width="1.5" '
            'stroke-linecap="round" stroke-linejoin="round"/>'
        )
    return "".join(drawn)


def mark(level: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{arcs(level)}</svg>'
