-- What the rules of expectations/doublon.yml see: every typed return that still counts once the other rules have set
-- theirs aside, beside the others of the same action (or of the same structure). The last one is kept. Which one is
-- the last is unknown when a date is missing, or when one day holds both and one of them has no hour (a day alone
-- reads as its midnight); unless the Caf chose, in decisions.yml, among just those.
with validees as (
    select
        campagne,
        fichier,
        coalesce(feuille, '') as feuille,
        ligne,
        reponse_id,
        date_validation,
        departement,
        concat_ws(
            chr(31), coalesce(departement, ''), porteur_id, grain, case when grain = 'action' then action_id end
        ) as cle
    from staging.reponse
    where
        porteur_id is not null
        and coalesce(statut_reponse, 'validee') = 'validee'
        and (action_id is not null or grain = 'structure')
),

plusieurs as (
    select *
    from validees
    qualify count(*) over (partition by campagne, cle) > 1
),

-- A collectif found by its action is of whichever return is kept.
groupes as (
    select
        c.campagne,
        c.fichier_reponse as fichier,
        coalesce(c.feuille_reponse, '') as feuille,
        c.ligne_reponse as ligne,
        list_sort(list(hash(*columns(c.* exclude (
            campagne, fichier, feuille, ligne, format, grain, reponse_id, cle, cle_valeur, fichier_reponse,
            feuille_reponse, ligne_reponse
        )))))::varchar as collectifs
    from staging.collectif as c
    semi join plusieurs as p
        on c.campagne = p.campagne and c.fichier_reponse = p.fichier and c.feuille_reponse = p.feuille
        and c.ligne_reponse = p.ligne
    where c.cle is distinct from 'action_id'
    group by c.campagne, c.fichier_reponse, c.feuille_reponse, c.ligne_reponse
),

reponses as (
    select
        r.campagne,
        r.fichier,
        coalesce(r.feuille, '') as feuille,
        r.ligne,
        hash(*columns(r.* exclude (
            campagne,
            fichier,
            feuille,
            ligne,
            format,
            reponse_id,
            date_validation,
            statut_reponse,
            raison_sociale,
            siret
        ))) as reponses
    from staging.reponse as r
    semi join plusieurs as p
        on r.campagne = p.campagne
        and r.fichier = p.fichier
        and coalesce(r.feuille, '') = p.feuille
        and r.ligne = p.ligne
),

-- The rows of which each reply is made: its own, and those of the sheets that complete it.
lieux as (
    select
        campagne, fichier, feuille, ligne, fichier as fichier_source, feuille as feuille_source, ligne as ligne_source
    from plusieurs
    union all
    select
        p.campagne, p.fichier, p.feuille, p.ligne, r.fichier_source, coalesce(r.feuille_source, '') as feuille_source,
        r.ligne_source
    from plusieurs as p
    inner join core.rattachement as r
        on p.campagne = r.campagne
        and p.fichier = r.fichier
        and p.feuille = coalesce(r.feuille, '')
        and p.ligne = r.ligne
),

-- Free texts and contacts make no figure: they only say whether a reply repeats another word for word.
textes as (
    select
        l.campagne,
        l.fichier,
        l.feuille,
        l.ligne,
        list_sort(list(hash(d.variable, d.valeur)))::varchar as textes
    from lieux as l
    inner join prive.donnee_personnelle as d
        on l.campagne = d.campagne
        and l.fichier_source = d.fichier
        and l.feuille_source = coalesce(d.feuille, '')
        and l.ligne_source = d.ligne
    group by l.campagne, l.fichier, l.feuille, l.ligne
),

contenus as (
    select
        p.*,
        coalesce(t.textes, '') as textes,
        r.reponses::varchar || coalesce(g.collectifs, '') as contenu
    from plusieurs as p
    inner join reponses as r
        on p.campagne = r.campagne and p.fichier = r.fichier and p.feuille = r.feuille and p.ligne = r.ligne
    left join groupes as g
        on p.campagne = g.campagne and p.fichier = g.fichier and p.feuille = g.feuille and p.ligne = g.ligne
    left join textes as t
        on p.campagne = t.campagne and p.fichier = t.fichier and p.feuille = t.feuille and p.ligne = t.ligne
),

-- A choice holds while the replies are just those among which it was made.
designees as (
    select
        p.campagne,
        p.cle,
        d.rang_decision as numero,
        d.nature = 'choix' as choisie,
        p.fichier,
        p.feuille,
        p.ligne
    from plusieurs as p
    inner join qualite.decision as d
        on p.campagne = d.campagne
        and p.fichier = d.fichier
        and p.feuille = coalesce(d.feuille, '')
        and p.ligne = d.ligne
        and p.reponse_id = d.reponse_id
        and d.nature in ('choix', 'ecart')
),

choix as (
    select
        s.campagne,
        s.cle,
        any_value(s.numero) as numero,
        list(s.fichier || chr(31) || s.feuille || chr(31) || s.ligne) filter (s.choisie) as choisies
    from designees as s
    group by s.campagne, s.cle
    having
        count(distinct s.numero) = 1
        and count(*) = (
            select count(*) from plusieurs as p
            where p.campagne = s.campagne and p.cle = s.cle
        )
        and count(*) = (
            select count(*) from qualite.decision as d
            where
                d.campagne = s.campagne and d.rang_decision = any_value(s.numero)
        )
),

rangees as (
    select
        c.*,
        x.numero,
        x.campagne is not null as choisi,
        row_number() over derniere as rang,
        first(c.contenu) over derniere as contenu_garde,
        first(c.textes) over derniere as textes_gardes,
        first(c.date_validation) over derniere as date_gardee,
        first(c.reponse_id) over derniere as reponse_gardee,
        first(c.fichier) over derniere as fichier_garde,
        list('« ' || c.reponse_id || ' » (' || c.fichier || ', ligne ' || c.ligne || ')') over toutes as reponses
    from contenus as c
    left join choix as x on c.campagne = x.campagne and c.cle = x.cle
    window
        derniere as (
            partition by c.campagne, c.cle
            order by
                coalesce(
                    list_contains(x.choisies, c.fichier || chr(31) || c.feuille || chr(31) || c.ligne), false
                ) desc,
                c.date_validation desc nulls last,
                c.fichier desc,
                c.feuille desc,
                c.ligne desc
        ),
        toutes as (partition by c.campagne, c.cle)
),

ordonnees as (
    select
        *,
        -- A year adopted with older rules keeps the reply that they took for the last.
        coalesce(
            not choisi
            and (campagne, departement) not in (
                select (k.campagne, k.departement) from staging.arret_ancien as k
            )
            and (
                date_validation is null
                or (
                    date_validation::date = date_gardee::date
                    and (date_validation = date_gardee or date_validation = date_trunc('day', date_validation))
                )
            ),
            false
        ) as ordre_inconnu
    from rangees
),

jugees as (
    select
        *,
        bool_or(ordre_inconnu and contenu <> contenu_garde) over (partition by campagne, cle) as a_choisir
    from ordonnees
)

select
    r.campagne,
    r.fichier,
    r.feuille,
    r.ligne,
    r.departement,
    r.porteur_id,
    r.action_id,
    r.reponse_id,
    j.reponse_gardee,
    j.fichier_garde,
    j.numero as decision,
    case
        when j.a_choisir then 'a_choisir'
        when j.rang = 1 then 'gardee'
        when j.contenu = j.contenu_garde and (j.textes = j.textes_gardes or j.ordre_inconnu) then 'identique'
        when j.rang > 1 then 'ancienne'
    end as sort_reponse,
    if(j.choisi, 'que la Caf a choisie', 'la dernière') as raison_garde,
    array_to_string(list_sort(j.reponses), ', ') as reponses_en_balance,
    count(*) over (partition by r.campagne, r.fichier, j.fichier_garde, sort_reponse) as nb_repetees
from staging.reponse as r
left join jugees as j
    on r.campagne = j.campagne
    and r.fichier = j.fichier
    and coalesce(r.feuille, '') = j.feuille
    and r.ligne = j.ligne
