-- Makes somebody a guardian of a student, from now on.
-- Role: kazumi_registrar, acting for somebody who administers the student's school.
-- $1 uuid: new row; $2 uuid: student; $3 uuid: person; $4 text: kinship; $5 text: custody; $6 boolean: may see; $7 boolean: may write;
-- $8 boolean: a court forbids access.
insert into guardianships
    (guardianship_id, student_id, user_id, kinship, custody, can_view, can_write, judicial_restriction)
values ($1, $2, $3, $4, $5, $6, $7, $8)
