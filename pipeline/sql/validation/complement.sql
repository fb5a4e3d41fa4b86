-- What the rules of expectations/complement.yml see: every line of the sheets that complete a return, whether that
-- return is there, and its rank among the lines of the same number.
select
    c.*,
    exists (
        select 1 from staging.cle_de_reponse as k
        where k.campagne = c.campagne and k.format = c.format and k.cle = c.cle and k.cle_valeur = c.cle_valeur
    ) as a_une_reponse,
    row_number() over (
        partition by c.campagne, c.format, c.partie, coalesce(c.cle_valeur, c.fichier || c.feuille || c.ligne::varchar)
        order by c.fichier, c.feuille, c.ligne
    ) as rang_doublon
from staging.complement as c
