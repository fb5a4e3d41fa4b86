"""What a fault is: which cell, what it then says, which anomaly that must cause; and the words to declare one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from clas_demo.world.model import Value, whole
from clas_demo.world.porteurs import MONTARGIS

Values = Mapping[str, Value]


def anywhere(values: Values) -> bool:
    """Accept every row."""
    return True


@dataclass(frozen=True)
class Fault:
    """One fault, planted in a row that `quand` accepts."""

    regle: str
    variable: str
    ecrit: str | Callable[[Values], str]
    """What the cell says, or how to make it from the row's true values."""
    commentaire: str
    quand: Callable[[Values], bool] = anywhere
    autres: Mapping[str, str] = field(default_factory=dict)
    """Other cells of the row, so that the fault comes alone."""
    aussi: tuple[str, ...] = ()
    """Other anomalies that the same cell cannot but cause."""
    partie: str | None = None
    """The part of the format where the cell is, when the main table asks `variable` too."""

    jugee: bool = True
    """False in a year whose threshold is not known: it is planted, and nothing may be reported of it."""

    def text(self, values: Values) -> str:
        """Return what the cell says."""
        return self.ecrit if isinstance(self.ecrit, str) else self.ecrit(values)


def children_and(extra: int) -> Callable[[Values], str]:
    """Return a number above that of the children."""
    return lambda values: str(whole(values, "nb_enfants") + extra)


def and_one(name: str) -> Callable[[Values], str]:
    """Return the true number and one more."""
    return lambda values: str(whole(values, name) + 1)


def times_ten(name: str) -> Callable[[Values], str]:
    """Return the true number with a zero too many."""
    return lambda values: f"{float(str(values[name])) * 10:.1f}".replace(".", ",")


def wrong_key(values: Values) -> str:
    """Return the SIRET with a wrong last digit."""
    siret = str(values["siret"])
    return siret[:-1] + str((int(siret[-1]) + 3) % 10)


def scientific(values: Values) -> str:
    """What a spreadsheet shows of a SIRET in a narrow column."""
    return f"{int(str(values['siret'])):.2E}".replace(".", ",")


def one_group(values: Values) -> bool:
    """Accept a return of one collectif."""
    return values.get("nb_collectifs") == 1


def two_groups(values: Values) -> bool:
    """Accept a return of two collectifs."""
    return values.get("nb_collectifs") == 2


def outside_qpv(values: Values) -> bool:
    """Accept an action outside the QPV."""
    return values.get("qpv") is False


def of_a_collectivite(values: Values) -> bool:
    """Accept the return of a collectivité."""
    return values["type_structure"] == "collectivite"


def in_montargis(values: Values) -> bool:
    """Accept an action of Montargis."""
    return values["commune"] == MONTARGIS


def running(values: Values) -> bool:
    """Accept an action that runs."""
    return values["statut_agrement"] == "agreee"


def not_started(values: Values) -> bool:
    """Accept an action that did not start."""
    return values["statut_agrement"] == "non_demarree"


def about(indicateur: str) -> Callable[[Values], bool]:
    """Accept the row of an indicator."""
    return lambda values: values["indicateur"] == indicateur


def lost_zeros(values: Values) -> str:
    """Return the SIRET as a spreadsheet keeps it once it is a number."""
    return str(int(str(values["siret"])))


def alone(values: Values) -> bool:
    """Accept the only action of its porteur."""
    return values["nb_actions_du_porteur"] == 1


NO_SIRET = {"siret": ""}
