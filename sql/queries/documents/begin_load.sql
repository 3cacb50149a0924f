-- Marks that a document is being loaded. Committed before the bytes are touched: two deaths while loading mark a document
-- that kills its reader.
-- Role: kazumi_writer.
-- $1 uuid: document
-- One row: how many loads were begun and not finished, this one included, the highest sequence, and the lineage; none when the document is gone.
update pei_documents set load_attempts = load_attempts + 1 where document_id = $1 returning load_attempts, head_seq, lineage
