-- The students of a school, but for children a court keeps the asker away from, with how many people are in each team and family today.
-- Role: kazumi_registrar, acting for somebody who administers the school.
-- $1 uuid: school; $2 text: part of the name or null; $3 text, $4 uuid: after this searchable name and id, or null; $5 bigint: how many
-- at most. By searchable name.
select s.student_id, s.name, c.name as class_name, searchable(s.name) as searchable_name,
       (select count(distinct l.user_id) from team_links l where l.student_id = s.student_id
        and l.valid_from <= now() and (l.valid_to is null or now() < l.valid_to)) as team,
       (select count(distinct g.user_id) from guardianships g where g.student_id = s.student_id
        and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)) as guardians
from students s
left join classes c on c.class_id = s.class_id
where s.school_id = $1
  and not kept_away(s.student_id)
  and ($2::text is null or position(searchable($2) in searchable(s.name)) > 0)
  and ($3::text is null or (searchable(s.name), s.student_id) > ($3, $4::uuid))
order by searchable(s.name), s.student_id
limit $5
