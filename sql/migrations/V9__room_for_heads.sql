-- Each commit raises the sequence of its documents: with room in the page the new version of the row stays there, and no index is
-- touched. Small tables that change often are swept early.
alter table pei_documents set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
