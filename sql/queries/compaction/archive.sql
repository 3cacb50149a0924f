-- Copies the rows of the log that a snapshot covers. Those in quarantine stay where they are, as evidence.
-- Role: kazumi_writer.
-- $1 uuid: document · $2 bigint: sequence that is covered
insert into pei_updates_archive (document_id, seq, author_id, payload, sha256, created_at)
select document_id, seq, author_id, payload, sha256, created_at
from pei_updates
where document_id = $1 and seq <= $2 and quarantined_at is null
on conflict do nothing
