-- The edits after a sequence, in commit order, without those in quarantine. Rows that compaction has moved to the archive are
-- among them: whoever starts from an older snapshot, or fell behind another server, finds no hole.
-- Role: kazumi_writer.
-- $1 uuid: document · $2 bigint: sequence after which to read
-- As many rows as were committed since; a document is bounded to 1 MiB, its log by compaction.
select seq, payload, sha256 from pei_updates
where document_id = $1 and seq > $2 and quarantined_at is null
union all
select seq, payload, sha256 from pei_updates_archive
where document_id = $1 and seq > $2
order by seq
