-- Appends a batch of edits to the log of their documents, binds the client ids that are new, and returns the edits that were taken.
-- One statement, so that it is one transaction and one round trip.
-- The right to write is tested here, in the statement that writes: grant, dates, the plan's state, once per person and document
-- (spelled out, because the planner cannot look into a function); that no client id belongs to somebody else, and that
-- the document is still the one that was edited. Whatever comes behind a refused edit of the same chain may build on it and is refused
-- as well. Documents are locked in id order, so two writers never wait for each other in a circle; no key of theirs changes, so
-- whoever only refers to them waits for nobody. A client id that another server
-- binds in the same moment fails the whole statement (document_clients_pkey), and a second try sees it.
-- Role: kazumi_writer.
-- $1 int[]: place in the batch · $2 uuid[]: document · $3 uuid[]: author · $4 bigint[]: chain · $5 bytea[]: update · $6 bytea[]: SHA-256
-- $9 uuid[]: the lineage it was written in
-- $7 int[], $8 bigint[]: pairs (place in the batch, client id that the update writes under)
-- One row per edit taken: its place and its sequence. At most as many rows as the batch has.
with input as (
    select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bytea[], $9::uuid[])
        as t (place, document_id, author_id, chain, payload, sha256, lineage)
),
locked as (
    select document_id, pei_id, student_id, section, head_seq, lineage
    from pei_documents
    where document_id in (select document_id from input)
    order by document_id
    for no key update
),
allowed as (
    select a.document_id, a.author_id
    from (select distinct document_id, author_id from input) a
    join locked l using (document_id)
    join peis p using (pei_id)
    where p.state in ('rascunho', 'em_elaboracao', 'em_reavaliacao')
      and exists (
          select 1 from grants g
          where g.user_id = a.author_id and g.student_id = l.student_id and g.section = l.section and g.access = 'write'
            and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to))
),
claims as (
    select i.place, i.document_id, i.author_id, i.chain, c.client_id, case when b.retired_at is null then b.user_id else '00000000-0000-0000-0000-000000000000'::uuid end as owner_id
    from unnest($7::int[], $8::bigint[]) as c (place, client_id)
    join input i using (place)
    join allowed using (document_id, author_id)
    left join document_clients b on b.document_id = i.document_id and b.client_id = c.client_id
),
first_claims as (
    select distinct on (document_id, client_id) document_id, client_id, author_id
    from claims where owner_id is null
    order by document_id, client_id, place
),
broken_chains as (
    select c.chain, min(c.place) as place
    from claims c
    left join first_claims f using (document_id, client_id)
    where coalesce(c.owner_id, f.author_id) <> c.author_id
    group by c.chain
),
taken as (
    select i.place, i.document_id, i.author_id, i.payload, i.sha256,
           l.head_seq + row_number() over (partition by i.document_id order by i.place) as seq
    from input i
    join locked l using (document_id, lineage)
    join allowed using (document_id, author_id)
    left join broken_chains b using (chain)
    where b.place is null or i.place < b.place
),
raised as (
    update pei_documents d
    set head_seq = t.last_seq, updated_at = now(), updated_by = t.last_author
    from (
        select document_id, max(seq) as last_seq, (array_agg(author_id order by seq desc))[1] as last_author
        from taken group by document_id) t
    where d.document_id = t.document_id
),
bound as (
    insert into document_clients (document_id, client_id, user_id)
    select distinct c.document_id, c.client_id, c.author_id
    from claims c join taken using (place)
    where c.owner_id is null
),
inserted as (
    insert into pei_updates (document_id, seq, author_id, payload, sha256)
    select document_id, seq, author_id, payload, sha256 from taken
)
select place, seq from taken order by place
