"""Command line -> the fictitious raw folder of the demo, and the list of the faults planted in it.

Regenerate what the repository holds, byte for byte:

    python -m clas_demo

which is `--out data/raw --seed 20192020 --erreurs tests/fixtures/erreurs_plantees.csv`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from clas_demo.generate import SEED, generate


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m clas_demo", description="Écrit les données fictives.")
    parser.add_argument("--out", type=Path, default=Path("data/raw"), help="dossier à écrire (data/raw)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"graine du tirage ({SEED})")
    parser.add_argument("--erreurs", type=Path, help="liste des erreurs plantées à écrire")
    options = parser.parse_args(arguments)
    in_place = options.out == Path("data/raw")
    planted_list = options.erreurs or (Path("tests/fixtures/erreurs_plantees.csv") if in_place else None)
    planted = generate(options.out, planted_list, options.seed)
    print(f"Données fictives écrites dans {options.out} ; {len(planted)} erreurs y sont plantées.")


if __name__ == "__main__":
    main()
