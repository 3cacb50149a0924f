-- Locks a document before its history is erased; nobody commits to it meanwhile.
-- Role: kazumi_owner.
-- $1 uuid: document
-- One row: the highest sequence given; none when the document is gone.
select head_seq from pei_documents where document_id = $1 for update
