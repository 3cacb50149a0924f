-- An invitation no longer counts.
-- Role: kazumi_registrar, acting for whoever withdraws it.
-- $1 uuid: invitation; $2 uuid: who withdraws it. No rows.
update invitations set withdrawn_at = now(), withdrawn_by = $2 where invitation_id = $1
