"""How hard property tests try: as hard as they can where nobody waits."""

import os


def examples(number):
    """So many in CI, a tenth of it by hand."""
    return number if os.environ.get("CI") else max(number // 10, 20)
