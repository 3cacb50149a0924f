-- How far the logs of these documents go.
-- Role: kazumi_writer.
-- $1 uuid[]: documents
-- One row per document: its id and the highest sequence given.
select document_id, head_seq from pei_documents where document_id = any($1::uuid[])
