-- Appends a batch of edits to the log of their documents and returns those that were taken.
-- The right to write is tested here, in the statement that writes: grant, dates, the plan's state, and that no client id
-- belongs to somebody else. Documents are locked in id order, so two writers never wait for each other in a circle.
-- Role: kazumi_writer.
-- $1 int[]: place in the batch · $2 uuid[]: document · $3 uuid[]: author · $4 bytea[]: update · $5 bytea[]: its SHA-256
-- $6 int[], $7 bigint[]: pairs (place in the batch, client id that the update writes under)
-- One row per edit taken: its place and its sequence. At most as many rows as the batch has.
with input as (
    select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[])
        as t (place, document_id, author_id, payload, sha256)
),
claims as (
    select * from unnest($6::int[], $7::bigint[]) as t (place, client_id)
),
locked as (
    select document_id, pei_id, student_id, section, head_seq
    from pei_documents
    where document_id in (select document_id from input)
    order by document_id
    for update
),
taken as (
    select i.place, i.document_id, i.author_id, i.payload, i.sha256,
           l.head_seq + row_number() over (partition by i.document_id order by i.place) as seq
    from input i
    join locked l using (document_id)
    join peis p using (pei_id)
    where p.state in ('rascunho', 'em_elaboracao', 'em_reavaliacao')
      and has_active_grant(i.author_id, l.student_id, l.section, 'write')
      and not exists (
          select 1 from claims c
          join document_clients b on b.document_id = i.document_id and b.client_id = c.client_id
          where c.place = i.place and b.user_id <> i.author_id)
),
raised as (
    update pei_documents d
    set head_seq = t.last_seq, updated_at = now(), updated_by = t.last_author
    from (
        select document_id, max(seq) as last_seq, (array_agg(author_id order by seq desc))[1] as last_author
        from taken group by document_id) t
    where d.document_id = t.document_id
),
inserted as (
    insert into pei_updates (document_id, seq, author_id, payload, sha256)
    select document_id, seq, author_id, payload, sha256 from taken
)
select place, seq from taken order by place
