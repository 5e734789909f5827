"""How long the bundled network takes to load, in processor time.

python bench/network_load.py --times 20
"""

from __future__ import annotations

import argparse
import statistics
import time

from standto.world.load import load_network


def main() -> None:
    """Print the median and the worst of several loads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    taken = []
    for _ in range(parser.parse_args().times):
        start = time.process_time()
        network = load_network("europe")
        taken.append(time.process_time() - start)
    print(
        f"{network.places.height} places, {network.links.height} links:"
        f" {statistics.median(taken):.3f} s of processor time, {max(taken):.3f} s at worst"
    )


if __name__ == "__main__":
    main()
