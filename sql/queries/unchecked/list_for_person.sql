-- Students and one plan of each, without asking for a grant: only the policies are left (src/sabotage.rs).
-- Role: kazumi_app, acting for a person.
-- $1 uuid: person. One row a student; 500 at most.
select s.student_id, s.name, c.name as class_name, sc.name as school_name,
       '{}'::text[] as team_functions, '{}'::text[] as school_functions, false as is_guardian, true as sees_accesses,
       p.pei_id, p.state, p.school_year,
       d.updated_at, coalesce(d.sections, '{}') as readable, coalesce(d.sections, '{}') as writable
from students s
join schools sc on sc.school_id = s.school_id
left join classes c on c.class_id = s.class_id
left join lateral (
    select x.pei_id, x.state, x.school_year from peis x where x.student_id = s.student_id limit 1
) p on true
left join lateral (
    select max(x.updated_at) as updated_at, array_agg(x.section) as sections
    from pei_documents x where x.pei_id = p.pei_id
) d on true
where $1::uuid is not null
order by s.name, s.student_id
limit 500
