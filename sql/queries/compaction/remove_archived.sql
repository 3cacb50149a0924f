-- Takes out of the log what was archived. The policy lets nothing else go.
-- Role: kazumi_writer.
-- $1 uuid: document · $2 bigint: sequence that is covered
delete from pei_updates where document_id = $1 and seq <= $2 and quarantined_at is null
