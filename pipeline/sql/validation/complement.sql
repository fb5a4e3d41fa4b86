-- What the rules of expectations/complement.yml see: every line of the sheets that complete a return, whether that
-- return is there, and its rank among the lines of the same number.
select
    c.*,
    k.cle_valeur is not null as a_une_reponse,
    row_number() over (
        partition by c.campagne, c.format, c.partie, coalesce(c.cle_valeur, c.fichier || c.feuille || c.ligne::varchar)
        order by c.fichier, c.feuille, c.ligne
    ) as rang_doublon
from staging.complement as c
left join staging.cle_de_reponse as k
    on c.campagne = k.campagne and c.format = k.format and c.cle = k.cle and c.cle_valeur = k.cle_valeur
