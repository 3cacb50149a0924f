-- How many children's records are held.
-- Role: kazumi_owner.
-- One row.
select count(*) as held from students where held_at is not null
