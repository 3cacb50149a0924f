-- A new lineage begins: copies of the old one are refused from now on, and open seats are told by the trigger.
-- Role: kazumi_owner.
-- $1 uuid: document · $2 uuid: lineage. No rows.
update pei_documents set lineage = $2, load_attempts = 0 where document_id = $1
