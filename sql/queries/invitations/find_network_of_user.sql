-- The network and kind of somebody with an account, who takes an invitation with it.
-- Role: kazumi_registrar, acting for the inviter: people of other networks do not exist for it.
-- $1 uuid: person. At most one row.
select network_id, kind from users where user_id = $1 and disabled_at is null
