-- The schools the transaction's person administers, each with its classes, how many people there are, and the person's functions in it.
-- Role: kazumi_registrar, acting for the person; its policies choose the schools.
-- $1 uuid: only this school, or null. $2 uuid: the person. One row a school.
select s.school_id, s.name,
       (select count(*) from students x where x.school_id = s.school_id) as students,
       (select count(distinct f.user_id) from staff_functions f
        where f.school_id = s.school_id and (f.valid_to is null or f.valid_to > now())) as staff,
       (select count(distinct g.user_id) from guardianships g join students x on x.student_id = g.student_id
        where x.school_id = s.school_id and (g.valid_to is null or g.valid_to > now())) as guardians,
       coalesce((
           select jsonb_agg(jsonb_build_object(
                      'class_id', c.class_id, 'name', c.name, 'shift', c.shift, 'school_year', c.school_year,
                      'students', (select count(*) from students x where x.class_id = c.class_id))
                  order by c.school_year desc, c.name)
           from classes c where c.school_id = s.school_id), '[]') as classes,
       array(
           select distinct f.function from staff_functions f
           where f.user_id = $2
             and (f.school_id = s.school_id and f.function <> 'network_manager'
                  or f.school_id is null and f.function = 'network_manager')
             and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to)) as functions
from schools s
where $1::uuid is null or s.school_id = $1
order by s.name, s.school_id
