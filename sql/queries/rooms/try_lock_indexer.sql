-- Takes the lock that lets one server at a time write the words of messages, until the transaction ends.
-- Role: kazumi_writer.
-- $1 bigint: the lock. One row.
select pg_try_advisory_xact_lock($1) as locked
