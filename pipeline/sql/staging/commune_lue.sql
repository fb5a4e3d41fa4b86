-- One row per text of commune_ecrite: the commune that it names, or the candidates. No guess is applied.
with mots as (
    select
        texte,
        -- « 45 234 », « '45234 » and « 45234.0 » are what spreadsheets make of a code.
        regexp_replace(
            upper(trim(texte, ' ''’' || chr(160) || chr(8239))),
            '^(\d[\dAB]) ?(\d{3})([.,]0)?$|^(\d{4})[.,]0$',
            '\1\2\4'
        ) as code_lu,
        regexp_replace(normaliser_nom(texte), ' cedex( \d\d?)?\b|^f |\b(\d\d) (\d{3})\b', '\2\3', 'g') as mots
    from commune_ecrite
),

numeros as (
    select
        *,
        upper(regexp_extract(mots, '\b(\d[\dab]\d{3}|9[78]\d|\d[\dab])\b')) as numero
    from mots
),

-- What people write around a name: « 45058 Orléans cedex 2 », « Orléans (45) ». `indice` is the département they name.
ecrits as (
    select
        texte,
        code_lu,
        trim(regexp_replace(mots, '^\d[\dab]\d{3} | (\d[\dab]\d{3}|9[78]\d|\d[\dab])$', '', 'g')) as nom_lu,
        nullif(left(numero, if(left(numero, 2) in ('97', '98'), 3, 2)), '') as indice
    from numeros
),

noms as (
    select
        nom_normalise,
        code,
        departement,
        nom || ' (' || code || ')' as candidat,
        'nom' as methode
    from reference.communes
    union all
    select
        a.nom_normalise,
        c.code,
        c.departement,
        c.nom || ' (' || c.code || ')' as candidat,
        'ancienne' as methode
    from reference.communes_anciennes as a
    inner join reference.communes as c on a.code_actuel = c.code
),

-- A former code that is also a postal code is a postal code: no commune answers to it any more.
codes_entiers as (
    select
        code as code_lu,
        code,
        'code' as methode,
        coalesce(code_postal, false) as code_postal
    from reference.communes
    union all
    select distinct
        a.code_ancien as code_lu,
        a.code_actuel as code,
        'ancienne' as methode,
        false as code_postal
    from reference.communes_anciennes as a
    anti join reference.communes as c on a.code_ancien = c.code
    where a.code_postal is null
),

codes as (
    from codes_entiers
    union all
    select
        code_lu[2:] as code_lu,
        code,
        'code_complete' as methode,
        code_postal
    from codes_entiers
    where starts_with(code_lu, '0')
),

par_code as (
    select
        e.texte,
        c.code,
        c.methode,
        c.code_postal
    from ecrits as e
    inner join codes as c on e.code_lu = c.code_lu
),

homonymes as (
    select
        e.texte,
        n.code,
        n.candidat,
        n.methode,
        list_contains(getvariable('departements'), n.departement)
        and (e.indice is null or e.indice = n.departement or (e.indice = '20' and n.departement in ('2A', '2B'))) as ici
    from ecrits as e
    inner join noms as n on e.nom_lu = n.nom_normalise
),

par_nom as (
    select
        texte,
        list(distinct code) filter (ici) as codes,
        -- 'nom' when a present commune bears it, else 'ancienne'.
        max(methode) filter (ici) as methode,
        list_sort(list(distinct candidat) filter (ici)) as candidats,
        if(count(distinct code) = 1, list(distinct candidat), null) as seul_ailleurs
    from homonymes
    group by texte
),

inconnus as (
    select
        texte,
        nom_lu
    from ecrits
    where
        regexp_matches(nom_lu, '[a-z]')
        and texte not in (select p.texte from par_code as p)
        and texte not in (
            select p.texte
            from par_nom as p
            where p.codes is not null or p.seul_ailleurs is not null
        )
),

ressemblances as (
    select
        i.texte,
        n.candidat,
        -- A name written whole in the text, or the text in a name, says more than letters in common.
        max(case
            when contains(' ' || i.nom_lu || ' ', ' ' || n.nom_normalise || ' ') then 2 + length(n.nom_normalise) / 100
            when
                contains(' ' || n.nom_normalise || ' ', ' ' || i.nom_lu || ' ')
                then 1 + jaro_winkler_similarity(i.nom_lu, n.nom_normalise)
            else jaro_winkler_similarity(i.nom_lu, n.nom_normalise)
        end) as ressemblance
    from inconnus as i
    inner join noms as n on list_contains(getvariable('departements'), n.departement)
    group by i.texte, n.candidat
),

-- Under the threshold, two names of communes have only letters in common.
retenues as (
    select
        texte,
        candidat,
        ressemblance
    from ressemblances
    where ressemblance >= 0.75
    qualify (ressemblance > 1) = (max(ressemblance) over (partition by texte) > 1)
),

proches as (
    select
        texte,
        list(candidat order by ressemblance desc, candidat asc) as candidats
    from retenues
    group by texte
)

select
    e.texte,
    coalesce(c.code, if(len(n.codes) = 1, n.codes[1], null)) as code,
    coalesce(c.methode, if(len(n.codes) = 1, n.methode, null)) as methode,
    if(
        c.code is null and coalesce(len(n.codes), 0) <> 1,
        array_to_string(coalesce(n.candidats, n.seul_ailleurs, p.candidats)[:3], ', '),
        null
    ) as candidats,
    coalesce(c.code_postal, false) as code_postal
from ecrits as e
left join par_code as c on e.texte = c.texte
left join par_nom as n on e.texte = n.texte
left join proches as p on e.texte = p.texte
