"""One action agréée -> its budget réalisé: charges by account, produits by financeur, a small result between them."""

from __future__ import annotations

import random
from decimal import Decimal

from clas_demo.world.model import DISTURBED, Action, Value

# Share of the charges, account by account; the wages take what is left.
_ACCOUNTS = {"60": 0.09, "61": 0.06, "62": 0.05, "63": 0.02, "65": 0.01}
_COST_OF_A_CHILD = (330, 520)  # euros a year, around the 448 € of 2010-2011
_CAF_SHARE = 0.3


def budget(rng: random.Random, action: Action, children: int) -> dict[str, Value]:
    """Return charges__* and produits__* in euros and cents; the volunteers' account 86 equals its counterpart 87."""
    total = children * rng.uniform(*_COST_OF_A_CHILD) * DISTURBED.get(action.campagne, 1)
    charges = {account: _euros(total * share * rng.uniform(0.7, 1.3)) for account, share in _ACCOUNTS.items()}
    charges |= {"66": Decimal(0), "67": Decimal(0), "68": Decimal(0)}
    charges["64"] = _euros(total) - sum(charges.values())
    spent = sum(charges.values(), Decimal(0))
    given = _euros(rng.randint(4, 30) * 50)
    values: dict[str, Value] = {f"charges__{account}": amount for account, amount in charges.items()}
    values |= {f"produits__{source}": amount for source, amount in _financeurs(rng, action, children, spent).items()}
    return values | {"charges__86": given, "produits__87": given}


def _financeurs(rng: random.Random, action: Action, children: int, spent: Decimal) -> dict[str, Decimal]:
    total = float(spent)
    in_qpv = action.porteur.qpv is not None
    produits = {
        "caf_ps": _euros(total * _CAF_SHARE),
        "caf_autre": _euros(total * 0.05) if rng.random() < 0.3 else Decimal(0),
        "etat_politique_ville": _euros(total * rng.uniform(0.1, 0.2)) if in_qpv else Decimal(0),
        "etat_autre": Decimal(0),
        "commune_epci": _euros(total * rng.uniform(0.2, 0.35)),
        "departement": _euros(total * 0.06) if rng.random() < 0.4 else Decimal(0),
        "region": Decimal(0),
        "msa": _euros(150) if action.porteur.rural else Decimal(0),
        "familles": Decimal(children * rng.choice((0, 5, 10, 15))),
        "autre": Decimal(0),
    }
    result = _euros(total * rng.uniform(-0.03, 0.02))
    produits["fonds_propres"] = spent + result - sum(produits.values())
    return produits


def _euros(amount: float) -> Decimal:
    return Decimal(f"{amount:.2f}")
