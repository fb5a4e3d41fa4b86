-- Two figures, one of which may be missing; two sums of the same numbers in another order are the same figure.
create or replace temp macro nombres_differents(a, b) as
    (a is null) <> (b is null) or coalesce(abs(a - b) > 1e-9 * greatest(abs(a), abs(b)), false);

-- A share of which too many answers could not be read has no value.
create or replace temp macro est_illisible(unite, nb_repondants, nb_illisibles, minimum, part_maximum) as
    unite = 'pct' and nb_illisibles >= minimum
    and nb_illisibles > part_maximum * (nb_repondants + nb_illisibles);
