-- After an answer was lost: which of these edits are in the log already?
-- Role: kazumi_writer.
-- $1 int[]: place in the batch · $2 uuid[]: document · $3 bytea[]: SHA-256
-- One row per edit found: its place and its (first) sequence. Served by the index pei_updates_sha256.
select i.place, min(u.seq) as seq
from unnest($1::int[], $2::uuid[], $3::bytea[]) as i (place, document_id, sha256)
join pei_updates u on u.document_id = i.document_id and u.sha256 = i.sha256
group by i.place
