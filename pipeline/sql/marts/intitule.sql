-- One row per variable, campagne and form: the wording under which it was asked that year.
select distinct
    q.campagne,
    v.variable,
    q.colonne,
    q.format
from core.question as q
inner join staging.variable as v on q.variable = v.variable or q.variable = v.variable_mere
where q.campagne <> ''
