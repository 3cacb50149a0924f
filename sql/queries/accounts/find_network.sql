-- A network by its name, for the command that makes the first administrator.
-- Role: kazumi_owner.
-- $1 text: name. The oldest of that name, at most one row.
select network_id from networks where name = $1 order by created_at limit 1
