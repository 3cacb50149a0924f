-- Puts an edit that breaks its document aside; load skips it from now on.
-- Role: kazumi_writer.
-- $1 uuid: document · $2 bigint: sequence
update pei_updates set quarantined_at = now() where document_id = $1 and seq = $2 and quarantined_at is null
