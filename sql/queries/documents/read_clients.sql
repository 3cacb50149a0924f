-- Which client ids of a document belong to whom.
-- Role: kazumi_writer.
-- $1 uuid: document
-- One row per client id; the nil id stands for nobody: the id was retired with an erased history.
select client_id, case when retired_at is null then user_id else '00000000-0000-0000-0000-000000000000'::uuid end as user_id
from document_clients where document_id = $1
