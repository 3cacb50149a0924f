-- Which section a document is: decides the form of its content.
-- Role: kazumi_writer.
-- $1 uuid: document
-- At most one row.
select section from pei_documents where document_id = $1
