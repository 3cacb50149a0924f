-- Binds client ids to the person who first used them; an existing binding of the same person stays.
-- Role: kazumi_writer.
-- $1 uuid[]: document · $2 bigint[]: client id · $3 uuid[]: person
insert into document_clients (document_id, client_id, user_id)
select * from unnest($1::uuid[], $2::bigint[], $3::uuid[])
on conflict do nothing
