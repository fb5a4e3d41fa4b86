-- Two figures, one of which may be missing; two sums of the same numbers in another order are the same figure.
create or replace temp macro nombres_differents(a, b) as
    (a is null) <> (b is null) or coalesce(abs(a - b) > 1e-9 * greatest(abs(a), abs(b)), false);
