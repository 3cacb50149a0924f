-- Whether a person decides for a child.
-- Role: kazumi_registrar, acting for somebody who administers the school.
-- $1 uuid: person; $2 uuid: student. One row.
select decides_for($1, $2) as decides
