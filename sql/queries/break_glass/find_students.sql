-- The students of a school who bear a name: the whole of it, or at least two words of it. Nobody leafs through a
-- school with this, and nobody finds a child whom a court keeps them away from.
-- Role: kazumi_registrar, acting for somebody who administers the school.
-- $1 uuid: school; $2 text: the name. By name, 5 at most.
select s.student_id, s.name, c.name as class_name
from students s
left join classes c on c.class_id = s.class_id
where s.school_id = $1 and not kept_away(s.student_id)
  and (searchable(s.name) = searchable($2)
       or cardinality(string_to_array(searchable($2), ' ')) >= 2
          and string_to_array(searchable(s.name), ' ') @> string_to_array(searchable($2), ' '))
order by searchable(s.name), s.student_id
limit 5
