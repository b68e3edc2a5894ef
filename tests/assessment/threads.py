"""Several people pressing at the same moment, each on a connection of their own."""

import threading

from django.db import connection


def at_once(*steps):
    """Run the steps at the same moment; what each gave, or the exception it met."""
    gate, results = threading.Barrier(len(steps)), [None] * len(steps)

    def run(place, step):
        gate.wait()
        try:
            results[place] = step()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, step)) for place, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
