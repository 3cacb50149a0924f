-- Rows that wait no longer. The policy lets nothing go that no seal covers.
-- Role: kazumi_writer.
-- $1 bigint[]: rows of the log. No rows.
delete from audit_waiting where audit_id = any($1)
