-- Which client ids of a document belong to whom.
-- Role: kazumi_writer.
-- $1 uuid: document
-- One row per client id.
select client_id, user_id from document_clients where document_id = $1
