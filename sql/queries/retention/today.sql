-- The day it is, by the database's clock.
-- Role: kazumi_owner.
-- One row.
select (now() at time zone 'utc')::date as today
