-- The students a person has an active grant for, with how the person is tied to each, the plan that matters now (the one
-- being worked on, else the one in force, else the latest) and the sections of it the person reads or writes.
-- Role: kazumi_app, acting for that person; the grants are tested here and, once more, by the policies.
-- $1 uuid: person. One row a student, by name; 500 at most (a school has fewer students with a plan).
with mine as (
    select g.student_id, g.section, bool_or(g.access = 'write') as may_write, bool_or(g.sees_accesses) as sees_accesses
    from grants g
    where g.user_id = $1
      and g.valid_from <= now()
      and (g.valid_to is null or now() < g.valid_to)
    group by g.student_id, g.section
)
select s.student_id, s.name, c.name as class_name, sc.name as school_name,
       array(
           select distinct t.function from team_links t
           where t.student_id = s.student_id and t.user_id = $1
             and t.valid_from <= now() and (t.valid_to is null or now() < t.valid_to)
       ) as team_functions,
       array(
           select distinct f.function from staff_functions f
           where f.school_id = s.school_id and f.user_id = $1
             and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to)
       ) as school_functions,
       exists (
           select 1 from guardianships gu
           where gu.student_id = s.student_id and gu.user_id = $1
             and gu.valid_from <= now() and (gu.valid_to is null or now() < gu.valid_to)
       ) as is_guardian,
       exists (select 1 from mine m where m.student_id = s.student_id and m.sees_accesses) as sees_accesses,
       p.pei_id, p.state, p.school_year,
       d.updated_at, coalesce(d.readable, '{}') as readable, coalesce(d.writable, '{}') as writable
from students s
join schools sc on sc.school_id = s.school_id
left join classes c on c.class_id = s.class_id
left join lateral (
    select x.pei_id, x.state, x.school_year
    from peis x
    where x.student_id = s.student_id
    order by case x.state when 'encerrado' then 2 when 'vigente' then 1 else 0 end, x.school_year desc, x.version desc
    limit 1
) p on true
left join lateral (
    select max(x.updated_at) as updated_at,
           array_agg(x.section) as readable,
           array_agg(x.section) filter (where m.may_write) as writable
    from pei_documents x
    join mine m on m.student_id = x.student_id and m.section = x.section
    where x.pei_id = p.pei_id
) d on true
where exists (select 1 from mine m where m.student_id = s.student_id)
order by s.name, s.student_id
limit 500
