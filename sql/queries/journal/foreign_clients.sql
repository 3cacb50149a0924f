-- Counts client ids that belong to somebody else after binding: another node may have bound them a moment earlier.
-- Role: kazumi_writer.
-- $1 uuid[]: document · $2 bigint[]: client id · $3 uuid[]: person who claims it
-- Exactly one row.
select count(*)
from unnest($1::uuid[], $2::bigint[], $3::uuid[]) as t (document_id, client_id, user_id)
join document_clients b using (document_id, client_id)
where b.user_id <> t.user_id
