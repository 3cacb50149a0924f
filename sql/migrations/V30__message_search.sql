-- Finding messages (docs/adr/0032). The words of each message as it reads now, stemmed and without accents, in a table of their own that is written
-- behind the conversations, some seconds after them.

-- Trusted: whoever owns the database may.
create extension btree_gin;

-- Words as they are compared: small letters without accents, signs as blanks, and the commonest plurals as singulars (reuniões, animais, papéis,
-- mensagens), which the stemmer leaves apart. Character by character, so that a place in it is the same place in the text. Asks no locale.
create function search_fold(said text) returns text
    language sql immutable parallel safe
    as $$
        select regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            translate(normalize(said, NFC),
                'ABCDEFGHIJKLMNOPQRSTUVWXYZáàâãäåÁÀÂÃÄÅéèêëÉÈÊËíìîïÍÌÎÏóòôõöÓÒÔÕÖúùûüÚÙÛÜçÇñÑýÿÝ'
                    || E'!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\n\t\u00a0\u201c\u201d\u2018\u2019\u2013\u2014\u2026\u00b7\u2022«»¿¡ºª°',
                'abcdefghijklmnopqrstuvwxyzaaaaaaaaaaaaeeeeeeeeiiiiiiiioooooooooouuuuuuuuccnnyyy' || repeat(' ', 51)),
            '([a-z])oes\M', '\1ao ', 'g'),
            '([a-z]{3})ais\M', '\1al ', 'g'),
            '([a-z]{3})eis\M', '\1el ', 'g'),
            '([a-z]{2})ois\M', '\1ol ', 'g'),
            '([a-z]{2})uis\M', '\1ul ', 'g'),
            '([a-z])ns\M', '\1m ', 'g')
    $$;

-- No word is left out as too common: people search for those as well.
create text search dictionary kazumi_pt_stem (template = snowball, language = portuguese);
create text search configuration kazumi_pt (parser = "default");
alter text search configuration kazumi_pt add mapping for asciiword, word with kazumi_pt_stem;
alter text search configuration kazumi_pt add mapping for numword, uint, int, float, sfloat, version with simple;

create table message_search (
    room_id uuid not null,
    seq     bigint not null,
    at      timestamptz not null,
    words   tsvector not null,
    primary key (room_id, seq),
    -- Nothing is found that is not there: whoever erases a log erases this before.
    constraint message_search_event foreign key (room_id, seq) references room_events
);
create index message_search_words on message_search using gin (room_id, words);
alter table message_search alter column words set statistics 0;

-- How far the log of a room is in the table above. Beside `rooms`, so that conversations never wait for it.
create table message_search_positions (
    room_id uuid primary key references rooms,
    seq     bigint not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);

do $$
declare search_table text;
begin
    foreach search_table in array array['message_search', 'message_search_positions'] loop
        execute format('alter table %I enable row level security', search_table);
        execute format('alter table %I force row level security', search_table);
        execute format('create policy owner_all on %I to kazumi_owner using (true) with check (true)', search_table);
        execute format('create policy backup_read on %I for select to kazumi_backup using (true)', search_table);
        execute format('grant select on %I to kazumi_backup', search_table);
        execute format('create policy writer_indexes on %I to kazumi_writer using (true) with check (true)', search_table);
    end loop;
end $$;
grant select, insert, delete on message_search to kazumi_writer;
grant update (words) on message_search to kazumi_writer;
grant select, insert on message_search_positions to kazumi_writer;
grant update (seq) on message_search_positions to kazumi_writer;
