-- Text of a cell -> a value, or null when it cannot be read. A value is never guessed: what is not plainly written is
-- reported. {absents} and {reponses} come from variables.yml. A macro is pasted where it is called, arguments and
-- all: each names its argument as few times as it can, or a file of a hundred columns takes a minute to plan.

-- NFC, no control characters, no-break spaces as spaces, one space between words; null when nothing is left.
create or replace temp macro nettoyer(t) as
    case
        when regexp_full_match(t, '([!-~À-ÖØ-öø-ÿœŒ’«»°€…]+ )*[!-~À-ÖØ-öø-ÿœŒ’«»°€…]+') then t
        else nullif(trim(regexp_replace(
            regexp_replace(nfc_normalize(t), '[\x{00}-\x{08}\x{0B}-\x{1F}\x{7F}\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FEFF}]', '', 'g'),
            '[\s\p{Zs}]+', ' ', 'g')), '')
    end;

-- The form in which yes, no, "NC" and modalities are compared.
create or replace temp macro plier(t) as
    replace(lower(strip_accents(nettoyer(t))), '’', '''');

-- What stands for no answer is short: a long text is not folded to be looked up.
create or replace temp macro est_absent(t) as
    case when length(t) > 60 then false else coalesce(list_contains({absents}, plier(t)), true) end;

-- What a spreadsheet shows where a formula failed: #NOM?, #REF!, Err:502, ### where a column is too narrow, and =A1
-- where it was kept as a text.
create or replace temp macro est_erreur(t) as
    regexp_matches(t, '^\s*(#|=|[Ee][Rr][Rr])') and regexp_full_match(plier(t), '#{2,}|err(eur|or)? ?[:. ] ?5[0-9]{2}|=[+-]?([a-z]{1,3}[0-9]+|[a-z.]+[(].*[)].*)'
        || '|#(n/?[adv]|getting_data|chargement|(nom|name|ref|bezug|valeur|value|wert|valor|div/0|nombre|num|zahl|nul|null|n/?[adv]'
        || '|spill|propagation|calc|field|champ|blocked|bloque|unknown|inconnu|connect|connexion|python|error|erreur|macro|syntax) ?[!?]?)');

-- Accents lost on the way: what socle/words/damaged.py says of a text. Most texts hold nothing of the kind.
create or replace temp macro est_abime(t) as
    not regexp_full_match(t, '[ -$&-*,-<>@-\[\]-~àâäçéèêëîïôöùûüœÉÀÇÊ«»’…°–\n]*')
    and (regexp_matches(t, {abime}) or regexp_matches(t, {lettre_perdue}) and not regexp_matches(t, {adresse}));

-- A number is read when it has one reading only. "1.234", "1,234" and "1'234" are a thousand to some and one to others;
-- "12 15" is two numbers: a space only counts between thousands.
create or replace temp macro forme_ambigue(f) as
    regexp_matches(f, '^''?[+−-]? ?([1-9][0-9]{0,2}[.,''][0-9]{3}|[1-9][0-9]{0,2}(([ .''][0-9]{3})+,|([ ,''][0-9]{3})+[.])[0-9]{3})([^0-9.,]|$)');

-- A folded text -> its number as people write it, '' when it is anything but one number and its unit, a pattern.
create or replace temp macro nombre_ecrit(f, unite) as
    regexp_extract(replace(f, '−', '-'), '^''?([+-]? ?([0-9]+|[0-9]+[.,]([0-9]{1,2}|[0-9]{4,})|(0[0-9]*|[0-9]{4,})[.,][0-9]{3}'
        || '|[1-9][0-9]{0,2}( [0-9]{3})+([.,]([0-9]{1,2}|[0-9]{4,}))?'
        || '|[1-9][0-9]{0,2}([.][0-9]{3}){2,}|[1-9][0-9]{0,2}(,[0-9]{3}){2,}|[1-9][0-9]{0,2}(''[0-9]{3}){2,}'
        || '|[1-9][0-9]{0,2}(([.][0-9]{3})+,|(,[0-9]{3})+[.]|(''[0-9]{3})+[.,])([0-9]{1,2}|[0-9]{4,})'
        || ')) ?(' || unite || ')?$', 1);

-- "1 234,50" -> "1234.50". The decimals are what follows the last mark, three digits being thousands after one to three.
create or replace temp macro chiffres(f, unite) as
    replace(regexp_replace(regexp_replace(regexp_replace(nombre_ecrit(f, unite),
        '[.,]([0-9]{1,2}|[0-9]{4,})$', 'd\1'),
        '^([+-]? ?(?:0[0-9]*|[0-9]{4,}))[.,]([0-9]{3})$', '\1d\2'),
        '[ .,'']', '', 'g'), 'd', '.');

-- Where a format declares its decimal mark, the other one and three digits are thousands: that is no guess.
create or replace temp macro avec_virgule(t) as
    regexp_replace(regexp_replace(t, '^([^0-9]{0,3}[1-9][0-9 .]*,[0-9]{3})([^0-9.,]|$)', '\10\2'),
        '^([^0-9]{0,3}[1-9][0-9]{0,2})[.''’]([0-9]{3})([^0-9.,'']|$)', '\1\2\3');

create or replace temp macro avec_point(t) as
    regexp_replace(regexp_replace(t, '^([^0-9]{0,3}[1-9][0-9 ,]*[.][0-9]{3})([^0-9.,]|$)', '\10\2'),
        '^([^0-9]{0,3}[1-9][0-9]{0,2})[,''’]([0-9]{3})([^0-9.,'']|$)', '\1\2\3');

create or replace temp macro lire_decimal(t, unite) as
    case
        when regexp_full_match(t, '[0-9]{1,11}([.,][0-9]{1,2})?') then cast(replace(t, ',', '.') as decimal(18, 6))
        when t is not null then try_cast(chiffres(plier(t), unite) as decimal(18, 6))
    end;

create or replace temp macro lire_montant(t, unite) as
    cast(lire_decimal(t, unite) as decimal(18, 2));

create or replace temp macro lire_entier(t, unite) as
    case
        when regexp_full_match(t, '[0-9]{1,9}') then cast(t as integer)
        when t is not null
            then try_cast(regexp_extract(chiffres(plier(t), unite), '^([+-]?[0-9]+)([.]0+)?$', 1) as integer)
    end;

create or replace temp macro lire_taux(t) as
    lire_decimal(t, '%') / case when contains(t, '%') then 100 else 1 end;

-- What a duration is made of -> its hours; no minute beside an hour is above 59.
create or replace temp macro heures_de(d) as
    case
        when d.tout <> '' and not ends_with(d.tout, 't')
            and coalesce(try_cast(d.m as integer), try_cast(d.m2 as integer), 0) < 60
            and coalesce(try_cast(d.s as integer), 0) < 60
            then coalesce(try_cast(d.j as double), 0) * 24
                + coalesce(try_cast(d.h as double), try_cast(d.h2 as double), try_cast(d.h3 as double), 0)
                + coalesce(try_cast(d.m as double), try_cast(d.m2 as double), try_cast(d.m3 as double), try_cast(d.seul as double), 0) / 60
                + coalesce(try_cast(d.s as double), try_cast(d.s3 as double), 0) / 3600
    end;

-- 1h30, 1 h 30 min, 90 min, 01:30, 150:30:00, PT1H30M: hours, as a number says them.
create or replace temp macro lire_duree(t, unite) as
    coalesce(
        cast(lire_decimal(t, unite) as double),
        list_transform([regexp_extract(plier(t), '^(([0-9]{1,4}) ?(?:h|heures?)(?:(?: et)? ?([0-9]{1,2})(?: ?(?:m|mn|min|minutes?))?)?'
            || '|([0-9]{1,4}) ?(?:mn|min|minutes?)|([0-9]{1,4}):([0-9]{2})(?::([0-9]{2}))?'
            || '|p(?:([0-9]{1,3})d)?t(?:([0-9]{1,4})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,4})(?:[.,][0-9]+)?s)?)$',
            ['tout', 'h', 'm', 'seul', 'h2', 'm2', 's', 'j', 'h3', 'm3', 's3'])], lambda d: heures_de(d))[1]
    );

create or replace temp macro lire_oui_non(t) as
    map_extract_value({reponses}, plier(t));

-- In France summer time goes from the last Sunday of March to that of October, at one o'clock UTC.
create or replace temp macro dernier_dimanche(annee, mois) as
    make_timestamp(annee, mois, 31, 1, 0, 0) - to_days(isodow(make_date(annee, mois, 31))::integer % 7);

create or replace temp macro heure_de_paris(utc) as
    utc + to_hours(if(utc >= dernier_dimanche(year(utc), 3) and utc < dernier_dimanche(year(utc), 10), 2, 1));

create or replace temp macro instant(a, m, j, h, mi, s) as
    try_strptime(concat(a, '-', m, '-', j, ' ', coalesce(nullif(h, ''), '0'), ':', coalesce(nullif(mi, ''), '0'), ':', coalesce(nullif(s, ''), '0')),
        ['%Y-%m-%d %H:%M:%S', '%Y-%m-%d %H:%M:%S.%f']);

-- A time written with its zone becomes that of Paris; without one it is that of Paris.
create or replace temp macro instant_de_machine(d) as
    case
        when d.z = '' and d.o = '' then instant(d.a, d.m, d.j, d.h, d.mi, replace(d.s, ',', '.'))
        else heure_de_paris(
            instant(d.a, d.m, d.j, d.h, d.mi, replace(d.s, ',', '.'))
            - to_minutes(if(starts_with(d.o, '-'), -1, 1) * (
                coalesce(try_cast(d.oh as integer), 0) * 60 + coalesce(try_cast(d.om as integer), 0))))
    end + to_hours(case when d.ap = 'pm' and d.h <> '12' then 12 when d.ap = 'am' and d.h = '12' then -12 else 0 end);

create or replace temp macro instant_en_toutes_lettres(d) as
    case
        when d.jour = '' or isodow(instant(d.a, {mois}[d.mois], d.j, '', '', ''))
            = list_position(['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'], d.jour)
            then instant(d.a, {mois}[d.mois], d.j, d.h, d.mi, d.s)
    end;

-- 2020-06-26T10:11:12.123Z, 2020/06/26 9:00:00 AM UTC+2; 26/06/2020 09h00; vendredi 26 juin 2020 à 9 h.
create or replace temp macro instant_ecrit(f) as
    coalesce(
        list_transform([regexp_extract(f, '^((?:19|20)[0-9]{2})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:(?:t| )([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}(?:[.,][0-9]{1,9})?))?'
            || ' ?(am|pm)? ?(z|utc|gmt)?(([+-])([0-9]{1,2})(?::?([0-9]{2}))?)?)?$',
            ['a', 'm', 'j', 'h', 'mi', 's', 'ap', 'z', 'o', 'signe', 'oh', 'om'])], lambda d: instant_de_machine(d))[1],
        list_transform([regexp_extract(f, '^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]((?:19|20)[0-9]{2}),? (?:a )?([0-9]{1,2}) ?[h:] ?([0-9]{2})?(?::([0-9]{2}(?:[.][0-9]{1,9})?))?$',
            ['j', 'm', 'a', 'h', 'mi', 's'])], lambda d: instant(d.a, d.m, d.j, d.h, d.mi, d.s))[1],
        list_transform([regexp_extract(f, '^(?:(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche),? )?(?:le )?([0-9]{1,2})(?:er)? ([a-z]{3,9})[.]? ((?:19|20)[0-9]{2})'
            || '(?:,? (?:a )?([0-9]{1,2}) ?[h:] ?([0-9]{2})?(?::([0-9]{2}))?)?$',
            ['jour', 'j', 'mois', 'a', 'h', 'mi', 's'])], lambda d: instant_en_toutes_lettres(d))[1]
    );

-- The day number of a spreadsheet, 43711, has two readings, four years apart: some count from 1900, some from 1904. Of
-- a campagne, whose days all stand within three years, one at most is left.
create or replace temp macro jour_de_tableur(t) as
    list_filter(
        [timestamp '1899-12-30' + to_seconds(round(
            try_cast(regexp_extract(replace(t, ',', '.'), '^[3-7][0-9]{4}([.][0-9]+)?$') as double) * 86400)::bigint)],
        lambda d: year(d) - try_cast(left(getvariable('campagne'), 4) as integer) between 0 and 2)[1];

-- The day comes first where slashes part it: 13/25/2020 is none, and "03/09/19" is not the year 19.
create or replace temp macro lire_horodatage(t) as
    coalesce(
        try_strptime(regexp_extract(nettoyer(t), '^([0-9]{1,2}[-/.][0-9]{1,2}[-/.])?(19|20)[0-9]{2}.*'), ['%d/%m/%Y', '%Y-%m-%d', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S', '%Y-%m-%d %H:%M',
            '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S', '%d-%m-%Y', '%d.%m.%Y']),
        case when length(t) < 60 then coalesce(instant_ecrit(plier(t)), jour_de_tableur(t)) end
    );

create or replace temp macro lire_date(t) as
    cast(lire_horodatage(t) as date);

-- "2019-2020", "2019/2020", "2019-20", "Année scolaire 2019 à 2020" -> 2019-2020; null unless the two years follow each
-- other: "2019" alone may be the year that begins then, or the one that ends.
create or replace temp macro campagne_de(debut, fin) as
    case when (debut + 1) % 100 = fin % 100 then debut || '-' || (debut + 1) end;

create or replace temp macro annees_de(t) as
    regexp_extract(
        plier(t),
        '^(?:(?:annee|exercice|campagne)(?: scolaire)?|clas)? ?:? ?(20[0-9]{2}) ?(?:[-/_\x{2010}-\x{2015}\x{2043}\x{2212}\x{FE58}\x{FE63}\x{FF0D}]|a|et|au) ?(?:20)?([0-9]{2})$',
        ['debut', 'fin']
    );

create or replace temp macro lire_campagne(t) as
    campagne_de(try_cast(annees_de(t).debut as integer), try_cast(annees_de(t).fin as integer));

-- Luhn's sum of the fourteen digits of a SIRET: every second one, from the first, counts double.
create or replace temp macro cle_siret(s) as
    list_sum(list_transform(string_split(s, ''), lambda d, i:
        case when i % 2 = 0 then d::integer else (d::integer * 2) % 10 + (d::integer * 2) // 10 end));

-- The establishments of La Poste (SIREN 356 000 000) follow another rule: the sum of their digits is a multiple of 5.
create or replace temp macro siret_exact(s) as
    case
        when s <> '' and not starts_with(s, '000000000') and (
            cle_siret(s) % 10 = 0
            or starts_with(s, '356000000') and list_sum(string_split(s, '')::integer[]) % 5 = 0
        ) then s
    end;

create or replace temp macro lire_siret(t) as
    siret_exact(regexp_extract(regexp_replace(nettoyer(t), '[ .’''-]', '', 'g'), '^[0-9]{14}$'));

create or replace temp macro lire_departement(t) as
    nullif(regexp_extract(
        regexp_replace(upper(nettoyer(t)), '^([1-9])$', '0\1'),
        '^(0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-8]|98[6-8])$'), '');

-- A damaged text is no name to look for, and no answer to print. Most texts are plain, which one pattern says.
create or replace temp macro lire_texte(t) as
    case
        when regexp_full_match(t, '[!"$&-*,-<>@-DF-\[\]-df-~àâäçéèêëîïôöùûüœÉÀÇÊ«»’…°–]( ?[!-$&-*,-<>@-\[\]-~àâäçéèêëîïôöùûüœÉÀÇÊ«»’…°–])*')
            then case when not est_absent(t) then t end
        when not est_absent(t) and not est_erreur(t) and not est_abime(t) then nettoyer(t)
    end;
