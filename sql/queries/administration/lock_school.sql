-- One change of functions in a school at a time, until the transaction ends: who asks whether another principal remains must not be
-- overtaken. Not a row lock, because the registrar may change nothing of a school.
-- Role: kazumi_registrar.
-- $1 text: school. One row: the transaction's time.
select pg_advisory_xact_lock(hashtextextended('functions of school ' || $1, 0)), now() as now
