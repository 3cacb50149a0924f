-- A person with a tie, past ones too, to a school the asker administers, or with a function in its whole network.
-- Role: kazumi_registrar, acting for the asker; its policies hide every other tie.
-- $1 uuid: person. At most one row.
select u.user_id, u.name, u.kind, u.disabled_at
from users u
where u.user_id = $1
  and (exists (select 1 from staff_functions f where f.user_id = u.user_id
               and (f.school_id is not null or f.function <> 'network_manager'))
       or exists (select 1 from team_links l where l.user_id = u.user_id)
       or exists (select 1 from guardianships g where g.user_id = u.user_id))
