-- After an answer was lost: which of these edits are in the log already, or in its archive?
-- Role: kazumi_writer.
-- $1 int[]: place in the batch · $2 uuid[]: document · $3 bytea[]: SHA-256
-- Those in quarantine do not count: load skips them. One row per edit found: its place and its (first) sequence. Served by the
-- indexes pei_updates_sha256 and pei_updates_archive_sha256.
select i.place, min(found.seq) as seq
from unnest($1::int[], $2::uuid[], $3::bytea[]) as i (place, document_id, sha256)
cross join lateral (
    select u.seq from pei_updates u
    where u.document_id = i.document_id and u.sha256 = i.sha256 and u.quarantined_at is null
    union all
    select a.seq from pei_updates_archive a
    where a.document_id = i.document_id and a.sha256 = i.sha256) as found
group by i.place
