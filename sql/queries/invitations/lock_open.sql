-- One open invitation, held until the transaction ends: of two who take it at once the second finds it taken.
-- None about a child whom a court keeps that person away from: what they offered before the court spoke is worth nothing.
-- Role: kazumi_registrar, acting for the inviter or for whoever withdraws it.
-- $1 uuid: invitation. At most one row.
select i.invitation_id, i.network_id, i.school_id, s.name as school_name, i.kind, i.name, i.email, i.function, i.student_id,
       st.name as student_name, i.team_function, i.kinship, i.custody, i.can_write, i.inviter_function, u.name as inviter_name,
       i.tries_left, i.created_at, i.expires_at
from invitations i
join schools s on s.school_id = i.school_id
left join students st on st.student_id = i.student_id
left join users u on u.user_id = i.inviter_id
where i.invitation_id = $1
  and i.accepted_at is null
  and i.withdrawn_at is null
  and i.tries_left > 0
  and now() < i.expires_at
  and (i.student_id is null or not kept_away(i.student_id))
for update of i
