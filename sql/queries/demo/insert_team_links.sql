-- Team memberships of the demo, since some days ago, some of them ended some days ago. A row that exists stays as it is.
-- Nothing is added about a student who was erased.
-- Role: kazumi_owner.
-- $1 jsonb: array of {team_link_id, student_id, user_id, function, since_days, ended_days_ago (null: not)}. No rows.
insert into team_links (team_link_id, student_id, user_id, function, valid_from, valid_to)
select r.team_link_id, r.student_id, r.user_id, r.function, now() - make_interval(days => r.since_days),
       now() - r.ended_days_ago * interval '1 day'
from jsonb_to_recordset($1) as r (
    team_link_id uuid, student_id uuid, user_id uuid, function text, since_days integer, ended_days_ago integer)
where not exists (select 1 from students s where s.student_id = r.student_id and s.erased_at is not null)
on conflict do nothing
