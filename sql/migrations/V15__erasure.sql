-- Erasure of a document's history: a new lineage begins, in which nothing of the old one may be written again. Whoever sits in the old one is
-- told at once, as with a changed right.
create trigger pei_documents_replaced after update of lineage on pei_documents
    for each row when (old.lineage is distinct from new.lineage) execute function note_changed_plan();

-- A client id of a lineage that was erased: nobody's for ever, so that a copy that survived somewhere cannot bring back what it holds.
alter table document_clients add column retired_at timestamptz;
