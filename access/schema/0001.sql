-- Who may enter. An identifier is a SIRET or an e-mail address; several people may act for one porteur.
create table compte (
    id integer primary key autoincrement,   -- never used twice: the journal names an account by it
    identifiant text not null unique,
    nom text not null,
    role text not null check (role in ('agent', 'comite', 'analyste', 'porteur')),
    territoire text not null,
    porteur_id text,
    code text,                              -- argon2id; null until a letter is made, and once revoked
    code_jusqu_au text,                     -- last day on which it opens a session
    code_du text,
    revoque_le text,
    cree_le text not null,
    check ((role = 'porteur') = (porteur_id is not null)),
    check ((code is null) = (code_jusqu_au is null))
) strict;

create table session (
    empreinte text primary key,             -- SHA-256 of the token that the cookie holds
    compte integer not null references compte (id) on delete cascade,
    ouverte_a integer not null,             -- seconds since 1970
    vue_a integer not null
) strict, without rowid;

-- What an account may do has changed: whoever used it identifies again. Here, so that no caller can forget it.
create trigger session_fermee after update on compte
when
    old.role is not new.role
    or old.territoire is not new.territoire
    or old.porteur_id is not new.porteur_id
    or old.code is not new.code
    or old.revoque_le is not new.revoque_le
begin
    delete from session where compte = new.id;
end;

create table tentative (
    cle text primary key,                   -- SHA-256 of what is counted: an identifier as typed, or an address
    depuis integer not null,
    echecs integer not null,
    verrou_jusqu_a integer not null
) strict, without rowid;

create table journal (
    numero integer primary key autoincrement,
    quand text not null,
    origine text not null check (origine in ('tableau', 'commande', 'serveur')),
    compte integer,
    action text not null,
    objet text not null,
    empreinte text not null                 -- SHA-256 of the entry before and of this one
) strict;

create table journal_purge (
    jusqu_a integer primary key,            -- last entry taken out
    empreinte text not null,                -- its print, from which the chain goes on
    lignes integer not null,
    quand text not null
) strict;

create trigger journal_inalterable before update on journal
begin
    select raise(abort, 'an entry of the journal never changes');
end;

create trigger journal_conserve before delete on journal
when old.numero > coalesce((select max(jusqu_a) from journal_purge), 0)
begin
    select raise(abort, 'an entry of the journal leaves by a purge only');
end;

create trigger purge_inalterable before update on journal_purge
begin
    select raise(abort, 'a purge is never rewritten');
end;
