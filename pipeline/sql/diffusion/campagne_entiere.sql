-- One row per campagne of which every département that has actions or returns is adopted: what rests on several of them
-- may be diffused. `national`: those that it declares are all those of the country.
select
    k.campagne,
    len(any_value(k.departements)) >= getvariable('tous_departements') as national
from core.campagne as k
inner join marts.campagne as m on k.campagne = m.campagne
where m.nb_actions_agreees > 0 or m.nb_reponses > 0
group by k.campagne
having bool_and(m.etat = 'arretee')
