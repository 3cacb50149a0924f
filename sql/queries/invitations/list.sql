-- The open invitations into schools that the asker administers, the newest first, but for children a court keeps the asker away from. Which of them the asker may see is decided by
-- `domain::invitation`.
-- Role: kazumi_registrar, acting for the asker.
-- No parameters. At most 500 rows.
select i.invitation_id, i.network_id, i.school_id, s.name as school_name, i.kind, i.name, i.email, i.function, i.student_id,
       st.name as student_name, i.team_function, i.kinship, i.custody, i.can_write, i.inviter_function, u.name as inviter_name,
       i.tries_left, i.created_at, i.expires_at
from invitations i
join schools s on s.school_id = i.school_id
left join students st on st.student_id = i.student_id
left join users u on u.user_id = i.inviter_id
where i.accepted_at is null
  and i.withdrawn_at is null
  and i.tries_left > 0
  and now() < i.expires_at
  and (i.student_id is null or not kept_away(i.student_id))
order by i.created_at desc
limit 500
