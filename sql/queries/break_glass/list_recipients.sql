-- The addresses of those who are told that somebody has just opened a record.
-- Role: kazumi_registrar, in the transaction that opened it.
-- $1 uuid: emergency. One row an address.
select email from break_glass_recipients($1) as r (email)
