-- Makes the client ids of an erased history nobody's for ever.
-- Role: kazumi_owner.
-- $1 uuid: document. No rows.
update document_clients set retired_at = now() where document_id = $1 and retired_at is null
