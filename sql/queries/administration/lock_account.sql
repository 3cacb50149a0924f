-- A person, held until the transaction ends, and whether they have ties that the asker does not administer.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid: person. At most one row.
select u.disabled_at, has_ties_elsewhere(u.user_id) as elsewhere, now() as now from users u where u.user_id = $1 for update
