-- An invitation has been taken.
-- Role: kazumi_registrar, acting for the inviter.
-- $1 uuid: invitation; $2 uuid: who took it. No rows.
update invitations set accepted_at = now(), accepted_by = $2 where invitation_id = $1
