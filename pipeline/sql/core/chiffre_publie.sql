-- One row per published figure, kept as published: never recomputed, never carried over to another year.
select *
from reference.chiffres_publies
