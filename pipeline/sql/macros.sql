-- Text of a cell -> a value, or null when it cannot be read. A value is never guessed: what is not plainly written is
-- reported. {absents}, {oui} and {non} come from variables.yml. A macro is pasted where it is called, arguments and
-- all: each names its argument as few times as it can, or a file of a hundred columns takes a minute to plan.

-- NFC, no control characters, no-break spaces as spaces, one space between words; null when nothing is left.
create or replace temp macro nettoyer(t) as
    case
        when regexp_full_match(t, '([!-~À-ÖØ-öø-ÿœŒ’«»°€…]+ )*[!-~À-ÖØ-öø-ÿœŒ’«»°€…]+') then t
        else nullif(trim(regexp_replace(
            regexp_replace(nfc_normalize(t), '[\x{00}-\x{08}\x{0B}-\x{1F}\x{7F}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}\x{FEFF}]', '', 'g'),
            '[\s\p{Zs}]+', ' ', 'g')), '')
    end;

-- The form in which yes, no, "NC" and modalities are compared.
create or replace temp macro plier(t) as
    replace(lower(strip_accents(nettoyer(t))), '’', '''');

-- What stands for no answer is short: a long text is not folded to be looked up.
create or replace temp macro est_absent(t) as
    case when length(t) > 60 then false else coalesce(list_contains({absents}, plier(t)), true) end;

-- A folded text -> its number as SQL writes it, '' when it is anything but one number and its unit, a pattern:
-- "1 234,50 €" -> "1234.50". A space only counts between thousands: "12 15" is two numbers.
create or replace temp macro chiffres(f, unite) as
    replace(replace(
        regexp_extract(f, '^([+-]? ?([0-9]{1,3}( [0-9]{3})+|[0-9]+)([.,][0-9]+)?) ?(' || unite || ')?$', 1),
        ' ', ''), ',', '.');

create or replace temp macro lire_decimal(t, unite) as
    case
        when regexp_full_match(t, '[0-9]{1,11}') then cast(t as decimal(18, 6))
        when t is not null then try_cast(chiffres(plier(t), unite) as decimal(18, 6))
    end;

-- "1.234 €" is a thousand to some and one euro to others.
create or replace temp macro lire_montant(t, unite) as
    case
        when regexp_full_match(t, '[0-9]{1,11}([.,][0-9]{1,2})?') then cast(replace(t, ',', '.') as decimal(18, 2))
        when not regexp_matches(nettoyer(t), '^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}([^0-9]|$)')
            then cast(lire_decimal(t, unite) as decimal(18, 2))
    end;

create or replace temp macro lire_entier(t, unite) as
    case
        when regexp_full_match(t, '[0-9]{1,9}') then cast(t as integer)
        when t is not null
            then try_cast(regexp_extract(chiffres(plier(t), unite), '^([+-]?[0-9]+)([.]0+)?$', 1) as integer)
    end;

create or replace temp macro lire_taux(t) as
    lire_decimal(t, '%') / case when contains(t, '%') then 100 else 1 end;

create or replace temp macro lire_oui_non(t) as
    map_extract_value({reponses}, plier(t));

-- 03/09/2019, 2019-09-03, both with a time, or a spreadsheet's day number (1982 to 2119). "03/09/19" is not the year 19.
create or replace temp macro lire_horodatage(t) as
    coalesce(
        try_strptime(regexp_extract(nettoyer(t), '^([0-9]{1,2}[-/.][0-9]{1,2}[-/.])?(19|20)[0-9]{2}.*'), ['%d/%m/%Y', '%Y-%m-%d', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S', '%Y-%m-%d %H:%M',
            '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S', '%d-%m-%Y', '%d.%m.%Y']),
        timestamp '1899-12-30' + to_seconds(round(
            try_cast(regexp_extract(replace(t, ',', '.'), '^[3-7][0-9]{4}([.][0-9]+)?$') as double) * 86400)::bigint)
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
    siret_exact(regexp_extract(regexp_replace(nettoyer(t), '[ .-]', '', 'g'), '^[0-9]{14}$'));

create or replace temp macro lire_departement(t) as
    nullif(regexp_extract(
        regexp_replace(upper(nettoyer(t)), '^([1-9])$', '0\1'),
        '^(0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-8]|98[6-8])$'), '');

create or replace temp macro lire_texte(t) as
    case when not est_absent(t) then nettoyer(t) end;
