-- The newest link of the chain.
-- Role: kazumi_writer.
-- At most one row: its number and hash.
select seal_seq, hash from audit_seals order by seal_seq desc limit 1
